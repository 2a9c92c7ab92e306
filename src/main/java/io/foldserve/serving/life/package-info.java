/** The life of the models: listing, loading, loading anew beside the old, unloading, and watching the folders. */
@NullMarked
package io.foldserve.serving.life;

import org.jspecify.annotations.NullMarked;
