import Testing

@testable import KubernetesAPI

/// The search for the last element before a place.
@Suite struct LastOfPrefixTests {
    @Test(arguments: 0..<9) func `The last element that satisfies the predicate is found`(count: Int) {
        for limit in 0...count {
            #expect(Array(0..<count).lastOfPrefix { $0 < limit } == (limit > 0 ? limit - 1 : nil))
        }
    }

    @Test(arguments: [0, 1, 500_000, 999_999, 1_000_000]) func `A million elements take 20 comparisons`(limit: Int) {
        var comparisonCount = 0
        _ = Array(0..<1_000_000).lastOfPrefix { element in
            comparisonCount += 1
            return element < limit
        }
        #expect(comparisonCount <= 20)
    }
}
