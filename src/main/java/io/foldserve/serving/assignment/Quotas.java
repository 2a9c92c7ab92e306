package io.foldserve.serving.assignment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whole numbers in the ratio of shares, by the largest remainders (A. Hamilton, 1792). */
final class Quotas {
    private Quotas() {}

    /** Numbers that sum to {@code total}, one for each share; equal remainders go in the order of the shares. */
    static Map<String, Integer> of(Map<String, Integer> shares, int total) {
        long sum = shares.values().stream().mapToLong(Integer::longValue).sum();
        Map<String, Integer> quotas = new LinkedHashMap<>();
        shares.forEach((name, share) -> quotas.put(name, (int) ((long) share * total / sum)));
        int left = total - quotas.values().stream().mapToInt(Integer::intValue).sum();
        List<Map.Entry<String, Integer>> byRemainder = new ArrayList<>(shares.entrySet());
        byRemainder.sort(Comparator.comparingLong(share -> -((long) share.getValue() * total % sum)));
        byRemainder.stream().limit(left).forEach(share -> quotas.merge(share.getKey(), 1, Integer::sum));
        return quotas;
    }
}
