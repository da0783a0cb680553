import { onMounted, useRef } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { SIZES } from "@web/core/ui/ui_service";
import { FormController } from "@web/views/form/form_controller";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";

/** Show the conversation beside the ticket as soon as both fit, not on the largest screens alone: agents live in it. */
export class TicketFormRenderer extends FormRenderer {
    setup() {
        super.setup();
        const ui = this.uiService;
        this.uiService = Object.create(ui, {
            size: { get: () => (ui.size >= SIZES.XL ? SIZES.XXL : ui.size) },
        });
        const root = useRef("compiled_view_root");
        onMounted(() => {
            // on a phone the conversation comes before who asks and whose it is; those open with a tap
            if (ui.isSmall && this.props.record.resId) {
                root.el?.querySelector(".o_crm_ticket_details")?.removeAttribute("open");
            }
        });
    }
}

export class TicketFormController extends FormController {
    get className() {
        const { size } = this.ui;
        const isBeside = !this.env.inDialog && size >= SIZES.XL;
        return { ...super.className, "o_crm_ticket_form": true, "o_xxl_form_view h-100": isBeside };
    }
}

registry.category("views").add("crm_ticket_form", {
    ...formView,
    Controller: TicketFormController,
    Renderer: TicketFormRenderer,
});
