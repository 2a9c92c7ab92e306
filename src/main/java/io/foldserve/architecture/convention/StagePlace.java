package io.foldserve.architecture.convention;

/**
 * Where a numbered layer stands in a stage of residual blocks, of which only the first may have a projection, made
 * after its other layers.
 *
 * @param stage from 1
 * @param block from 0
 * @param layer from 0; for a projection it says nothing
 */
record StagePlace(int stage, int block, int layer, boolean projection) {
    private static final int BASIC = 2;
    private static final int BOTTLENECK = 3;

    /**
     * The place of the layer {@code number} in {@code scope}, whose name ends in the stage's number.
     *
     * @param counted whether a projection has a number in this scope
     */
    static StagePlace of(ExportedGluonNames names, String scope, int number, boolean counted) {
        int perBlock = names.isPointwise(scope + "_conv0") ? BOTTLENECK : BASIC;
        boolean projected = counted && names.count(scope, "conv") % perBlock == 1;
        boolean projection = projected && number == perBlock;
        int position = projected && number > perBlock ? number - 1 : number;
        return new StagePlace(trailing(scope), projection ? 0 : position / perBlock, position % perBlock, projection);
    }

    /** The number at the end of {@code scope}, 0 if there is none. */
    static int trailing(String scope) {
        int start = scope.length();
        while (start > 0 && scope.length() - start < 4 && Character.digit(scope.charAt(start - 1), 10) >= 0) {
            start--;
        }
        return start == scope.length() ? 0 : Integer.parseInt(scope.substring(start));
    }
}
