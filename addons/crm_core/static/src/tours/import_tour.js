import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const TABLE = "Company,Phone\nBakery of the Plateau,+225 27 20 21 22 23\n,+225 05 05 05 05 05\n";

/** Chooses a file in the place of a person, for whom the browser opens a window that no tour reaches. */
function chooseFile() {
    const input = document.querySelector(".o_crm_import_upload input[type=file]");
    const files = new DataTransfer();
    files.items.add(new File([TABLE], "companies.csv", { type: "text/csv" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Bringing the data of another program along: chosen, looked at, checked, imported. */
registry.category("web_tour.tours").add("crm_core_import_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']",
            content: _t("Bring the companies, contacts and deals of your previous program along."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='crm.crm_menu_config']",
            content: _t("The import is in the configuration."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='crm_core.crm_core_menu_import']",
            content: _t("Open the imports."),
            tooltipPosition: "right",
            run: "click",
        },
        {
            trigger: ".o_list_button_add",
            content: _t("Start a new import."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            isActive: ["manual"],
            trigger: ".o_crm_import_choose",
            content: _t("Choose the files that your previous program exported, all of them at once."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            isActive: ["auto"],
            trigger: ".o_crm_import_choose",
            run: chooseFile,
        },
        {
            trigger: "button[name=action_view_mapping]",
            content: _t("See what goes where, and change it."),
            tooltipPosition: "left",
            run: "click",
        },
        {
            trigger: ".modal .o_crm_import_preview",
        },
        {
            trigger: ".modal .o_form_button_save, .modal footer .btn-primary",
            content: _t("Keep this."),
            tooltipPosition: "top",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) button[name=action_check]",
            content: _t("Check all rows: nothing is changed yet."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: "[name=checked_help]",
        },
        {
            trigger: "button[name=action_import]",
            content: _t("All is well? Import."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: "[name=progress_box], [name=done_help]",
        },
    ],
});
