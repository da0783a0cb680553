import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";

const { DateTime } = luxon;
const UNTIL = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };

/** Whether one takes work now: people whom routing gives work to switch it on and off, at the top of every screen. */
export class TakeWorkSwitch extends Component {
    static template = "crm_core.TakeWorkSwitch";
    static components = { Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.orm = useService("orm");
        const own = session.crm_takes_work?.[user.activeCompany?.id];
        this.state = useState({ own: own || false });
    }

    async load() {
        this.state.own = await this.orm.silent.call("crm.routing.profile", "get_own", []);
    }

    get label() {
        const { is_taking, paused_until } = this.state.own;
        if (is_taking) {
            return _t("You take work");
        }
        if (!paused_until) {
            return _t("You take no work");
        }
        const until = deserializeDateTime(paused_until).toLocaleString(UNTIL);
        return _t("You take no work until %s", until);
    }

    async take() {
        await this.orm.call("crm.routing.profile", "action_take_work", [[this.state.own.id]]);
        await this.load();
    }

    /** @param {Object|false} duration of luxon, or false to pause without an end */
    async pause(duration) {
        const until = duration ? serializeDateTime(DateTime.now().plus(duration)) : false;
        await this.orm.call("crm.routing.profile", "action_pause", [[this.state.own.id]], { until });
        await this.load();
    }

    async pauseUntilTomorrow() {
        const tomorrow = DateTime.now().plus({ days: 1 }).startOf("day");
        await this.orm.call("crm.routing.profile", "action_pause", [[this.state.own.id]], {
            until: serializeDateTime(tomorrow),
        });
        await this.load();
    }
}

registry
    .category("systray")
    .add("crm_core.TakeWorkSwitch", { Component: TakeWorkSwitch }, { sequence: 30 });
