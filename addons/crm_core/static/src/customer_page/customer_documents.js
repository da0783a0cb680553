import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

const { DateTime } = luxon;
const TYPING_PAUSE = 350;
const ICONS = [
    [/pdf/, "fa-file-pdf-o"],
    [/image/, "fa-file-image-o"],
    [/spreadsheet|excel|csv/, "fa-file-excel-o"],
    [/word|document/, "fa-file-word-o"],
    [/zip|compressed/, "fa-file-archive-o"],
    [/text/, "fa-file-text-o"],
];

/** Every file of a customer, on whatever record it hangs. */
export class CustomerDocuments extends Component {
    static template = "crm_core.CustomerDocuments";
    static props = { resModel: String, resId: Number };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.request = 0;
        this.state = useState({ status: "loading", rows: [], hasMore: false, text: "" });
        this.searchSoon = useDebounced(() => this.load(), TYPING_PAUSE);
        onWillStart(() => {
            this.load();
        });
        onWillUpdateProps((props) => {
            if (props.resId !== this.props.resId || props.resModel !== this.props.resModel) {
                this.state.text = "";
                this.load(0, props);
            }
        });
    }

    async load(offset = 0, props = this.props) {
        const number = ++this.request;
        this.state.status = "loading";
        try {
            const page = await this.orm.silent.call(props.resModel, "get_customer_documents", [[props.resId], this.state.text.trim(), offset]);
            if (number !== this.request) {
                return;
            }
            this.state.rows = offset ? [...this.state.rows, ...page.rows] : page.rows;
            this.state.hasMore = page.has_more;
            this.state.status = "ready";
        } catch {
            if (number === this.request) {
                this.state.status = "error";
            }
        }
    }

    onType(ev) {
        this.state.text = ev.target.value;
        this.searchSoon();
    }

    clear() {
        this.state.text = "";
        this.load();
    }

    iconOf(row) {
        return ICONS.find(([kind]) => kind.test(row.mimetype))?.[1] || "fa-file-o";
    }

    dateOf(row) {
        return deserializeDateTime(row.date).toLocaleString(DateTime.DATE_MED);
    }

    sizeOf(row) {
        const [unit, size] = row.size >= 1e6 ? ["megabyte", row.size / 1e6] : ["kilobyte", Math.max(1, Math.round(row.size / 1e3))];
        const format = { style: "unit", unit, maximumFractionDigits: 1 };
        return row.size ? new Intl.NumberFormat(luxon.Settings.defaultLocale, format).format(size) : "";
    }

    openRecord(row) {
        return this.action.doAction({ type: "ir.actions.act_window", res_model: row.model, res_id: row.res_id, views: [[false, "form"]] });
    }

    async openAll() {
        const { resModel, resId } = this.props;
        this.action.doAction(await this.orm.call(resModel, "action_view_customer_documents", [[resId]]));
    }
}
