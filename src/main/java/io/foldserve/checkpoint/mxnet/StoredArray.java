package io.foldserve.checkpoint.mxnet;

import java.util.List;

/**
 * One array of the list, as the file describes it.
 *
 * @param storage how its elements are kept
 * @param extents its shape
 * @param type the flag of its element type
 * @param offset where its elements start in the file
 */
record StoredArray(Storage storage, List<Long> extents, int type, long offset) {

    /** MXNet's {@code NDArrayStorageType}. */
    enum Storage {
        DENSE("dense", 0),
        ROW_SPARSE("row_sparse", 1),
        CSR("csr", 2),
        /** An array without shape or elements, such as a parameter that was not initialised. */
        NONE("none", 0);

        private final String label;
        private final int indexArrays;

        Storage(String label, int indexArrays) {
            this.label = label;
            this.indexArrays = indexArrays;
        }

        /** How many arrays of indices follow its elements. */
        int indexArrays() {
            return indexArrays;
        }

        @Override
        public String toString() {
            return label;
        }
    }
}
