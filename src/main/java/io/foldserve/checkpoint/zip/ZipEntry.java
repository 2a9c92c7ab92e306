package io.foldserve.checkpoint.zip;

/**
 * One stored entry of a zip archive.
 *
 * @param name its path in the archive
 * @param offset where its bytes start in the file
 * @param size how many there are
 * @param crc32 their recorded CRC-32; 0 if the writer recorded none
 */
public record ZipEntry(String name, long offset, long size, long crc32) {}
