/**
 * Reads the groups, datasets and text attributes of an HDF5 file, as far as h5py writes them by default.
 *
 * <p>The walk through the file is this room's own, bounded in depth and in bytes; what it finds is decoded by jHDF, one
 * piece at a time. jHDF's own walk is made for trusted files: it recurses wherever a file sends it and allocates what a
 * file asks for.
 */
@NullMarked
package io.foldserve.checkpoint.hdf5;

import org.jspecify.annotations.NullMarked;
