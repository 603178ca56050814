"""What SDKs read before they send: settings with nothing switched on.

A browser SDK does not start without them. Each says the least that its client accepts, so
that no feature which Vereda does not have asks for anything more.
"""

import json
from typing import Any, Final

GIF: Final = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
"""One transparent pixel."""

LONG_AGO: Final = "2020-01-01T00:00:00.000Z"


def segment_settings(key: str, *, base_url: str) -> dict[str, Any]:
    """What @segment/analytics-next loads from its `cdnURL`."""
    scheme, _, host = base_url.partition("://")
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": f"{host}/v1",
                "protocol": scheme,
                "unbundledIntegrations": [],
                "addBundledMetadata": False,
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {
            "track": {"__default": {"enabled": True, "integrations": {}}},
            "identify": {"__default": {"enabled": True}},
            "group": {"__default": {"enabled": True}},
        },
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }


def rudder_source(key: str) -> dict[str, Any]:
    """What @rudderstack/analytics-js loads from its `configUrl`."""
    switched_off = {"enabled": False}
    return {
        "source": {
            "id": key,
            "name": "Vereda",
            "writeKey": key,
            "enabled": True,
            "workspaceId": key,
            "config": {"statsCollection": {"errors": switched_off, "metrics": switched_off}},
            "sourceDefinitionId": "vereda",
            "createdBy": "vereda",
            "deleted": False,
            "createdAt": LONG_AGO,
            "updatedAt": LONG_AGO,
            "connections": [],
            "destinations": [],
            "dataplanes": {},
        },
        "updatedAt": LONG_AGO,
    }


def posthog_flags() -> dict[str, Any]:
    """What PostHog's SDKs read as feature flags: there are none, and nothing went wrong."""
    return {
        "flags": {},
        "featureFlags": {},
        "featureFlagPayloads": {},
        "errorsWhileComputingFlags": False,
        **WITHOUT_FEATURES,
    }


def posthog_config(key: str) -> dict[str, Any]:
    """What posthog-js reads first: events are all there is."""
    return {"token": key, "hasFeatureFlags": False, **WITHOUT_FEATURES}


def posthog_script(key: str) -> bytes:
    """The same as a script, for pages that load it so."""
    name, config = json.dumps(key), json.dumps({"config": posthog_config(key), "siteApps": []})
    script = (
        "(function(){window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};"
        f"window._POSTHOG_REMOTE_CONFIG[{name}]={config};}})();"
    )
    return script.replace("<", "\\u003c").encode()


WITHOUT_FEATURES: Final[dict[str, Any]] = {
    "supportedCompression": ["gzip", "gzip-js"],
    "isAuthenticated": False,
    "toolbarParams": {},
    "siteApps": [],
    "sessionRecording": False,
    "surveys": False,
    "productTours": False,
    "conversations": False,
    "heatmaps": False,
    "captureDeadClicks": False,
    "capturePerformance": False,
    "autocaptureExceptions": False,
    "autocapture_opt_out": False,
    "elementsChainAsString": True,
    "errorTracking": {"autocaptureExceptions": False, "suppressionRules": []},
    "logs": {"captureConsoleLogs": False},
    "analytics": {"endpoint": "/e/"},
    "defaultIdentifiedOnly": True,
}
