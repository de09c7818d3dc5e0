/// Suggestions for misspelled names.
package enum Suggestion {
    /// Returns the most similar candidate for `did you mean …`; the first one if several are equally similar.
    ///
    /// Similarity is the number of edits: inserting, removing or replacing a character, or swapping two adjacent ones. The limit is one edit
    /// for every three characters, and at least one; letter case is ignored. `maximum` lowers it. Returns `nil` if no candidate is within
    /// the limit.
    package static func closest(to text: String, among candidates: [String], within maximum: Int = .max) -> String? {
        let wanted = Array(text.lowercased().unicodeScalars)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let name = Array(candidate.lowercased().unicodeScalars)
            let limit = min(maximum, max(1, max(wanted.count, name.count) / 3))
            guard abs(name.count - wanted.count) <= limit else { continue }
            let distance = distance(from: wanted, to: name)
            guard distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.candidate
    }

    /// Counts the edits between two texts (optimal string alignment) in time proportional to the product of their lengths.
    private static func distance(from first: [Unicode.Scalar], to second: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for row in first.indices {
            var current = [row + 1]
            for column in second.indices {
                let isSame = first[row] == second[column]
                var edits = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    edits = min(edits, beforeLast[column - 1] + 1)
                }
                current.append(edits)
            }
            beforeLast = last
            last = current
        }
        return last[second.count]
    }
}
