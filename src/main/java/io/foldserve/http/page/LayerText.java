package io.foldserve.http.page;

import io.foldserve.fold.result.DoConvReport;
import io.foldserve.fold.result.LayerErrors;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.fold.result.Size;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * A linear operator before and after, as text.
 *
 * @param name the layer's name
 * @param rules the rules applied, first to last
 * @param doConv its over-parameterised kernel; empty if it had none
 * @param parameters before and after
 * @param macs multiply-accumulates before and after
 * @param bound the bound of its error in float32
 * @param epsilons the different epsilons of its batch norms, or empty
 * @param keys the stored tensors it was made of
 * @param errors the measured errors, unless it stays as it was
 */
public record LayerText(
        String name,
        List<String> rules,
        String doConv,
        Change parameters,
        Change macs,
        String bound,
        String epsilons,
        List<String> keys,
        Optional<Errors> errors) {

    /**
     * A size before and after.
     *
     * @param ratio how they compare
     */
    public record Change(String before, String after, String ratio) {
        private static Change of(LayerReport layer, ToLongFunction<Size> part) {
            long before = part.applyAsLong(layer.before());
            long after = part.applyAsLong(layer.after());
            return new Change(Figure.count(before), Figure.count(after), Figure.ratio(before, after));
        }

        /** True when both are the same. */
        public boolean none() {
            return before.equals(after);
        }
    }

    /**
     * The measured errors.
     *
     * @param composition the largest in either region
     * @param rounding the largest in either region
     * @param regions border and interior
     * @param outputs the number of output channels measured
     * @param cancellation κ of the branches that were added
     */
    public record Errors(String composition, String rounding, List<Region> regions, int outputs, String cancellation) {
        private static Errors of(LayerErrors errors) {
            return new Errors(
                    Figure.error(errors.composition()),
                    Figure.error(errors.rounding()),
                    List.of(Region.of("border", errors.border()), Region.of("interior", errors.interior())),
                    errors.outputs(),
                    String.format(Locale.ROOT, "%.3g", errors.cancellation()));
        }
    }

    /** The largest errors in one region; empty texts where it has no position. */
    public record Region(String name, int positions, String composition, String rounding) {
        private static Region of(String name, LayerErrors.Region region) {
            boolean none = region.positions() == 0;
            return new Region(
                    name,
                    region.positions(),
                    none ? "" : Figure.error(region.composition()),
                    none ? "" : Figure.error(region.rounding()));
        }
    }

    static LayerText of(LayerReport layer) {
        return new LayerText(
                layer.name(),
                layer.rules(),
                layer.doConv().map(LayerText::text).orElse(""),
                Change.of(layer, Size::parameters),
                Change.of(layer, Size::macs),
                Figure.error(layer.errorBound()),
                String.join(
                        ", ",
                        layer.epsilons().stream().map(Figure::error).distinct().toList()),
                layer.keys(),
                layer.errors().map(Errors::of));
    }

    private static String text(DoConvReport doConv) {
        if (doConv.d().isEmpty()) {
            return "W %s, 1×1 without D".formatted(NodeText.extents(doConv.w()));
        }
        String diagonal = doConv.diagonal() == DoConvReport.Diagonal.TILED_IDENTITY
                ? "tiled identity"
                : "changed after initialisation";
        return "W %s · (D %s + diagonal), D_mul %d, diagonal %s"
                .formatted(NodeText.extents(doConv.w()), NodeText.extents(doConv.d()), doConv.multiplier(), diagonal);
    }
}
