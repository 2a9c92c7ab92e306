/** The composition root: manifests, loading, the catalogue of models, the request queue, parity and meters. */
@NullMarked
package io.foldserve.serving;

import org.jspecify.annotations.NullMarked;
