"""Where workspaces' pages live: WORKSPACE under /w/<workspace>/, the rest at the root."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.urls import URLPattern, path, re_path

from vereda.foundation.access import personal_page, public_page
from vereda.workspaces.pages import keys, me, members, settings, sign_in

anybody = public_page(because="it is how people come in")
visitor = public_page(because="the second step of signing in; allauth checks the first")
oneself = personal_page(because="a person's own password and second factors")

WORKSPACE: list[URLPattern] = [
    path("settings/", settings.settings_start, name="settings"),
    path("settings/workspace/", settings.workspace_settings, name="workspace_settings"),
    path("settings/audit/", settings.audit_log, name="audit_log"),
    path("settings/members/", members.team, name="team"),
    path("settings/members/leave/", members.leave, name="leave_workspace"),
    path("settings/members/<uuid:member_id>/role/", members.change_role_of, name="change_role"),
    path("settings/members/<uuid:member_id>/remove/", members.remove_member, name="remove_member"),
    path(
        "settings/invitations/<uuid:invitation_id>/revoke/",
        members.revoke_invitation_of,
        name="revoke_invitation",
    ),
    path("settings/keys/", keys.write_keys, name="write_keys"),
    path("settings/keys/browsers/", keys.browser_rules, name="browser_rules"),
    path(
        "settings/keys/browsers/secret/",
        keys.replace_signing_secret,
        name="replace_signing_secret",
    ),
    path("settings/keys/<uuid:key_id>/", keys.write_key, name="write_key"),
    path("settings/keys/<uuid:key_id>/replace/", keys.replace_key, name="replace_write_key"),
    path("settings/keys/<uuid:key_id>/revoke/", keys.end_write_key, name="revoke_write_key"),
    path("settings/tokens/", keys.api_tokens, name="api_tokens"),
    path("settings/tokens/<uuid:token_id>/revoke/", keys.end_api_token, name="revoke_token"),
]

COMING_IN: list[URLPattern] = [
    path("", me.home, name="home"),
    path("set-up/", sign_in.set_up, name="set_up"),
    path("sign-up/", sign_in.sign_up, name="account_signup"),
    path("join/<slug:slug>/<str:token>/", sign_in.accept, name="accept_invitation"),
    path("sign-in/link/<str:token>/", sign_in.sign_in_by_link, name="sign_in_by_link"),
    path("sign-in/", anybody(account.login), name="account_login"),
    path("sign-out/", anybody(account.logout), name="account_logout"),
    path("sign-in/inactive/", anybody(account.account_inactive), name="account_inactive"),
    path("sign-in/second/", visitor(second_factor.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey/", anybody(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("password/reset/", anybody(account.password_reset), name="account_reset_password"),
    path(
        "password/reset/sent/",
        anybody(account.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "password/reset/done/",
        anybody(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        anybody(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
]

ONESELF: list[URLPattern] = [
    path("me/", me.profile, name="profile"),
    path("me/preferences/", me.preferences, name="preferences"),
    path("me/workspaces/", me.workspaces, name="workspaces"),
    path("me/sessions/", oneself(sessions.list_usersessions), name="usersessions_list"),
    path("me/password/", oneself(account.password_change), name="account_change_password"),
    path("me/password/first/", oneself(account.password_set), name="account_set_password"),
    path("me/confirm/", oneself(account.reauthenticate), name="account_reauthenticate"),
    path("me/security/", oneself(second_factor.index), name="mfa_index"),
    path("me/security/confirm/", oneself(second_factor.reauthenticate), name="mfa_reauthenticate"),
    path("me/security/app/", oneself(totp.activate_totp), name="mfa_activate_totp"),
    path("me/security/app/end/", oneself(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "me/security/codes/",
        oneself(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "me/security/codes/new/",
        oneself(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "me/security/codes/download/",
        oneself(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("me/security/keys/", oneself(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("me/security/keys/add/", oneself(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        "me/security/keys/confirm/",
        oneself(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "me/security/keys/<int:pk>/remove/",
        oneself(passkeys.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "me/security/keys/<int:pk>/edit/",
        oneself(passkeys.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
]
