package io.foldserve.fold.result;

/**
 * What was measured on a layer with seeded probe inputs. Border positions are those whose window reaches over the edge
 * into the layer's own zero padding; all others are interior. Immutable.
 *
 * @param border the errors at border positions
 * @param interior the errors at interior positions
 * @param outputs the number of output channels that were measured, a seeded subset for wide layers
 * @param cancellation κ = max over those channels of Σ‖K_i‖₂ / ‖ΣK_i‖₂ over the branches i that were added to make the
 *     kernel; 1 when there was only one. Above 100, float32 training itself lost digits
 */
public record LayerErrors(Region border, Region interior, int outputs, double cancellation) {

    /**
     * The largest errors in one region, each relative to Σ|K||x| + |b| of the folded layer at the same position.
     *
     * @param positions the number of positions measured; 0 when the layer has none of this kind
     * @param composition folded in float64 against the training form
     * @param rounding folded and rounded to the type of the layer, computed in float64, against folded in float64
     */
    public record Region(int positions, double composition, double rounding) {}

    /** The larger composition error of both regions. */
    public double composition() {
        return Math.max(border.composition(), interior.composition());
    }

    /** The larger rounding error of both regions. */
    public double rounding() {
        return Math.max(border.rounding(), interior.rounding());
    }
}
