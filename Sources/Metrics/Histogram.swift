/// Counts of values between fixed bounds.
package struct Histogram: Sendable, Equatable {
    /// The upper bounds of the buckets, inclusive and ascending; values above the last count in no bucket.
    package let bounds: [Double]
    /// The number of values in each bucket, without those in lower buckets.
    package private(set) var counts: [Int]
    /// The number of all values.
    package private(set) var count = 0
    /// The sum of all values.
    package private(set) var sum = 0.0

    /// Starts empty.
    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count)
    }

    /// Adds one value; linear in the number of bounds.
    package mutating func observe(_ value: Double) {
        count += 1
        sum += value
        guard let index = bounds.firstIndex(where: { value <= $0 }) else { return }
        counts[index] += 1
    }
}
