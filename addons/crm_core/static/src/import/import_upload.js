import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** A place to drop the files of an import on, or to choose them; each is sent as it is and recognised by the server. */
export class ImportUpload extends Component {
    static template = "crm_core.ImportUpload";
    static props = { ...standardWidgetProps };

    setup() {
        this.notification = useService("notification");
        this.input = useRef("input");
        this.state = useState({ isOver: false, sending: "", done: 0, total: 0, share: 0 });
    }

    get hasFiles() {
        return this.props.record.data.file_count > 0;
    }

    choose() {
        this.input.el.click();
    }

    onChosen(ev) {
        this.send([...ev.target.files]);
        ev.target.value = "";
    }

    onDrop(ev) {
        this.state.isOver = false;
        this.send([...ev.dataTransfer.files]);
    }

    async send(files) {
        if (!files.length || this.state.sending || !(await this.props.record.save())) {
            return;
        }
        Object.assign(this.state, { total: files.length, done: 0 });
        for (const file of files) {
            this.state.sending = file.name;
            const answer = await this.sendOne(file);
            if (answer.error) {
                this.notification.add(answer.error, { type: "danger", sticky: true });
            }
            this.state.done++;
        }
        this.state.sending = "";
        await this.props.record.load();
    }

    sendOne(file) {
        return new Promise((resolve) => {
            const request = new XMLHttpRequest();
            const data = new FormData();
            data.append("file", file);
            data.append("csrf_token", odoo.csrf_token);
            request.upload.addEventListener("progress", (ev) => {
                this.state.share = Math.round((100 * ev.loaded) / ev.total);
            });
            request.addEventListener("load", () => resolve(this.readAnswer(request, file)));
            request.addEventListener("error", () => resolve({ error: this.getFailure(file) }));
            request.open("POST", `/crm_core/import/${this.props.record.resId}/upload`);
            request.send(data);
        });
    }

    readAnswer(request, file) {
        try {
            return JSON.parse(request.responseText);
        } catch {
            return { error: request.status === 413 ? _t("The file %s is too large.", file.name) : this.getFailure(file) };
        }
    }

    getFailure(file) {
        return _t("The file %s could not be sent. Check the connection and try again.", file.name);
    }
}

registry.category("view_widgets").add("crm_import_upload", {
    component: ImportUpload,
    fieldDependencies: [{ name: "file_count", type: "integer" }],
});
