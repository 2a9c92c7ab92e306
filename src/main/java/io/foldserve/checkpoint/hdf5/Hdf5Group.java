package io.foldserve.checkpoint.hdf5;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A group of an HDF5 file. Immutable and thread-safe.
 *
 * @param path from the root, which is empty
 * @param groups its groups by name, in the file's order
 * @param datasets its datasets by name, in the file's order
 * @param texts its attributes that hold texts, by name
 */
public record Hdf5Group(
        String path,
        Map<String, Hdf5Group> groups,
        Map<String, Hdf5Dataset> datasets,
        Map<String, List<String>> texts) {

    /** Copies the maps and keeps their order. */
    public Hdf5Group {
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        datasets = Collections.unmodifiableMap(new LinkedHashMap<>(datasets));
        texts = Map.copyOf(texts);
    }

    /** The group at {@code below}, names separated by slashes, if there is one. */
    public Optional<Hdf5Group> group(String below) {
        Optional<Hdf5Group> found = Optional.of(this);
        for (String name : below.split("/", -1)) {
            found = found.map(group -> group.groups.get(name));
        }
        return found;
    }

    /** The dataset at {@code below}, names separated by slashes, if there is one. */
    public Optional<Hdf5Dataset> dataset(String below) {
        int slash = below.lastIndexOf('/');
        Optional<Hdf5Group> holder = slash < 0 ? Optional.of(this) : group(below.substring(0, slash));
        return holder.map(group -> group.datasets.get(below.substring(slash + 1)));
    }

    /** The first text of the attribute {@code name}, if it has one. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(texts.get(name)).flatMap(all -> all.stream().findFirst());
    }
}
