import { RottingStatusBarDurationField } from "@mail/js/rotting_mixin/rotting_statusbar";
import { patch } from "@web/core/utils/patch";

patch(RottingStatusBarDurationField.prototype, {
    /**
     * A stage that refuses a deal leaves it where it was, on the screen too.
     */
    async selectItem(item) {
        const { name, record } = this.props;
        if (record.resModel !== "crm.lead") {
            return super.selectItem(item);
        }
        const stage = record.data[name];
        const wasDirty = await record.isDirty();
        try {
            await super.selectItem(item);
        } catch (error) {
            await (wasDirty ? record.update({ [name]: stage }) : record.discard());
            throw error;
        }
    },
});
