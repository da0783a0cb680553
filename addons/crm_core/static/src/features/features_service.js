import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { session } from "@web/session";

/** Whoever switches a feature sees at once what that changes: menus and views are asked for anew. */
export const featuresService = {
    dependencies: ["bus_service", "menu"],
    start(env, { bus_service: bus, menu }) {
        bus.subscribe("crm_core/features", async ({ hidden }) => {
            session.crm_hidden_features = hidden;
            rpcBus.trigger("CLEAR-CACHES");
            await menu.reload();
        });
    },
};

registry.category("services").add("crm_core.features", featuresService);
