import { AnalyticsBrowser } from "@segment/analytics-next";

import { eventsOf } from "./cell.js";

window.send = async (cell) => {
  const analytics = AnalyticsBrowser.load(
    { writeKey: cell.key, cdnURL: cell.url },
    {
      integrations: {
        "Segment.io": {
          apiHost: `${cell.url.replace("http://", "")}/v1`,
          protocol: "http",
          ...(cell.batched ? { deliveryStrategy: { strategy: "batching", config: { size: 20, timeout: 300 } } } : {}),
        },
      },
    },
  );
  await analytics.identify(`${cell.name}-u`, { email: "u@customer.example" });
  for (const { at, event, properties } of eventsOf(cell)) {
    const context = { groupId: `${cell.name}-a` };
    analytics.track(event, properties, { timestamp: at, context });
  }
};
