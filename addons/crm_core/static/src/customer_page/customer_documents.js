import { Component, onWillStart, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { useCustomDropzone } from "@web/core/dropzone/dropzone_hook";
import { Dropzone } from "@web/core/dropzone/dropzone";
import { _t } from "@web/core/l10n/translation";
import { checkFileSize } from "@web/core/utils/files";
import { useBus, useService } from "@web/core/utils/hooks";
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
        this.notification = useService("notification");
        this.fileUpload = useService("file_upload");
        this.root = useRef("root");
        this.input = useRef("input");
        this.request = 0;
        this.state = useState({ status: "loading", rows: [], hasMore: false, canAdd: false, text: "", upload: null });
        useCustomDropzone(this.root, Dropzone, { onDrop: (ev) => this.upload([...ev.dataTransfer.files]) }, () => this.state.canAdd && !this.state.upload);
        useBus(this.fileUpload.bus, "FILE_UPLOAD_LOADED", ({ detail }) => this.onUploaded(detail.upload));
        useBus(this.fileUpload.bus, "FILE_UPLOAD_ERROR", ({ detail }) => this.onUploaded(detail.upload));
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
            this.state.canAdd = page.can_add;
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

    // -- Adding files ---

    onChosen(ev) {
        const files = [...ev.target.files];
        ev.target.value = "";
        return this.upload(files);
    }

    /** Send files as they are; they hang on the record of the page. */
    async upload(files) {
        if (!files.length || this.state.upload || !files.every((file) => checkFileSize(file.size, this.notification))) {
            return;
        }
        const { resModel, resId } = this.props;
        this.state.upload = await this.fileUpload.upload("/web/binary/upload_attachment", files, {
            buildFormData: (data) => {
                data.append("model", resModel);
                data.append("id", resId);
            },
        });
    }

    onUploaded(upload) {
        if (upload.id !== this.state.upload?.id) {
            return;
        }
        this.state.upload = null;
        if (upload.state !== "loaded") {
            return;
        }
        for (const { error } of JSON.parse(upload.xhr.responseText)) {
            if (error) {
                this.notification.add(error, { type: "danger", sticky: true });
            }
        }
        this.clear();
    }

    get uploadText() {
        const { title, progress } = this.state.upload;
        const share = new Intl.NumberFormat(luxon.Settings.defaultLocale, { style: "percent" }).format(progress);
        return _t("Sending %(name)s: %(share)s", { name: title, share });
    }

    // -- Rows ---

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

    /** Tags, expiry and versions of a file, in a dialog. */
    edit(row) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: row.name,
                res_model: "ir.attachment",
                res_id: row.id,
                views: [[false, "form"]],
                target: "new",
                context: { form_view_ref: "crm_core.crm_document_view_form" },
            },
            { onClose: () => this.load() },
        );
    }

    openRecord(row) {
        return this.action.doAction({ type: "ir.actions.act_window", res_model: row.model, res_id: row.res_id, views: [[false, "form"]] });
    }

    async openAll() {
        const { resModel, resId } = this.props;
        this.action.doAction(await this.orm.call(resModel, "action_view_customer_documents", [[resId]]));
    }
}
