import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const SECTIONS = {
    now: _t("Now"),
    overdue: _t("Overdue"),
    today: _t("Today"),
    later: _t("Later today"),
    unplanned: _t("Nothing planned"),
    skipped: _t("Put aside"),
};

/** All items in order, under their headings, and what was done. */
export class TodayList extends Component {
    static template = "crm_core.TodayList";
    static props = {
        items: Array,
        currentKey: { type: String, optional: true },
        page: Object,
        onChoose: Function,
        onOpenRecord: Function,
    };

    get sections() {
        return Object.entries(SECTIONS)
            .map(([id, label]) => ({
                id,
                label,
                items: this.props.items.filter((item) => item.section === id),
            }))
            .filter((section) => section.items.length);
    }

    /** How many more there are; they are not counted to the end. */
    get more() {
        const { unlisted, is_unlisted_counted } = this.props.page;
        return unlisted && `${unlisted}${is_unlisted_counted ? "" : "+"}`;
    }
}
