import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";

import { eventsOf } from "./cell.js";

window.send = async (cell) => {
  const analytics = new RudderAnalytics();
  analytics.load(cell.key, cell.url, {
    configUrl: cell.url,
    queueOptions: { minRetryDelay: 300, maxRetryDelay: 1500, maxAttempts: 10 },
  });
  analytics.identify(`${cell.name}-u`, { email: "u@customer.example" });
  for (const { at, event, properties } of eventsOf(cell)) {
    analytics.track(event, properties, {
      originalTimestamp: at.toISOString(),
      context: { groupId: `${cell.name}-a` },
    });
  }
};
