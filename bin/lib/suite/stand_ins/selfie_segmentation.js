// Stands in for @mediapipe/selfie_segmentation where that package could not be fetched: Debian leaves it out of its
// Odoo package, and without any file of this name every page logs an error. Only the blurred background in video
// calls is missing then.
window.SelfieSegmentation = class SelfieSegmentation {
    constructor() {
        throw new Error("Background blur is not installed on this server.");
    }
};
