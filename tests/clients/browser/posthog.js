import posthog from "posthog-js";

import { eventsOf } from "./cell.js";

window.send = async (cell) => {
  posthog.init(cell.key, {
    api_host: cell.url,
    opt_out_useragent_filter: true,
    autocapture: false,
    capture_pageview: false,
    capture_pageleave: false,
    request_queue_config: { flush_interval_ms: 250 },
    rate_limiting: { events_per_second: 1000, events_burst_limit: 5000 },
  });
  posthog.identify(`${cell.name}-u`, { email: "u@customer.example" });
  posthog.group("company", `${cell.name}-a`, { name: "Customer" });
  // An event with options of its own would go alone: without any, they go in batches.
  for (const { event, properties } of eventsOf(cell)) {
    if (properties.number % 40 === 39) await new Promise((resolve) => setTimeout(resolve, 600));
    posthog.capture(event, { ...properties, at: Date.now() });
  }
};
