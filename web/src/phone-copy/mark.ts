/** Set on this device while there may be copies. Pages look at it before they load anything else of this folder. */
export const mark = 'whip-mux.copies';
