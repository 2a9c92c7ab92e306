/** From a model's folder to variants that answer: read, build, fold, prove, warm up. */
@NullMarked
package io.foldserve.serving.load;

import org.jspecify.annotations.NullMarked;
