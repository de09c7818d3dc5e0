extension NamePattern {
    /// Tells whether more specific patterns match every namespace name that this pattern matches.
    ///
    /// - Parameters:
    ///   - globs: The more specific globs.
    ///   - names: The exact names; only those that the pattern matches count.
    ///   - steps: The steps that the search may still take.
    /// - Returns: `false` as well if no steps are left.
    func isCovered(by globs: [NamePattern], and names: [NamePattern], steps: inout Int) -> Bool {
        // Longer patterns match no name, and their places do not fit in 64 bits.
        guard bytes.count <= NameForm.label.lengthLimit else { return false }
        steps -= names.count
        let globs = globs.filter { $0.bytes.count <= NameForm.label.lengthLimit && agreesAtEdges(with: $0) }
        let search = CoverSearch(of: self, by: globs, and: names.map(\.bytes).filter { matches($0.span) })
        return search.finds(nothingWithin: &steps)
    }
}

/// The places of a pattern, one bit each: how much of it a name's beginning can have used up.
private struct PatternPlaces {
    /// The places before each byte and after the last one.
    typealias Set = UInt64

    private let stars: Set
    private let literals: [Set]
    /// After the last byte.
    let end: Set
    /// The place from which any rest of a name matches.
    let openEnd: Set

    init(of pattern: NamePattern) {
        var stars: Set = 0
        var literals: [Set] = Array(repeating: 0, count: CoverSearch.alphabet.count)
        for (place, byte) in pattern.bytes.enumerated() {
            if byte == NamePattern.star { stars |= 1 << Set(place) }
            if let letter = CoverSearch.alphabet.firstIndex(of: byte) { literals[letter] |= 1 << Set(place) }
        }
        self.stars = stars
        self.literals = literals
        end = 1 << Set(pattern.bytes.count)
        openEnd = pattern.bytes.last == NamePattern.star ? end >> 1 : 0
    }

    /// Where a name begins.
    var start: Set { leavingStars(1) }

    /// The places after one more byte of the name.
    func places(after places: Set, letter: Int) -> Set {
        leavingStars(places & stars | (places & literals[letter]) << 1)
    }

    /// Adds the places behind each `*`, which may match nothing.
    private func leavingStars(_ places: Set) -> Set {
        var places = places
        var left = (places & stars) << 1
        while left & ~places != 0 {
            places |= left
            left = (places & stars) << 1
        }
        return places
    }
}

/// A breadth-first search through the beginnings of names; beginnings with the same possible continuations count as one.
private struct CoverSearch {
    /// The characters of namespace names.
    static let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)

    /// A glob that can still match, by its index.
    private struct OpenGlob: Hashable {
        let index: Int
        let places: PatternPlaces.Set
    }

    /// The state of a name's beginning that decides how it can continue.
    private struct Beginning: Hashable {
        var own: PatternPlaces.Set
        var others: [OpenGlob]
        /// The beginning itself while one of the exact names begins with it.
        var text: [UInt8]?
        var endsInHyphen: Bool
    }

    private let own: PatternPlaces
    private let others: [PatternPlaces]
    /// The exact names, ordered by bytes.
    private let names: [[UInt8]]

    init(of pattern: NamePattern, by globs: [NamePattern], and names: [[UInt8]]) {
        own = PatternPlaces(of: pattern)
        others = globs.map(PatternPlaces.init(of:))
        self.names = names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Looks for a name that no other pattern matches, the shorter ones first.
    func finds(nothingWithin steps: inout Int) -> Bool {
        let open = others.enumerated().map { OpenGlob(index: $0, places: $1.start) }
        var layer = [Beginning(own: own.start, others: open, text: [], endsInHyphen: true)]
        var seen = Set(layer)
        for _ in 0..<NameForm.label.lengthLimit where !layer.isEmpty {
            var longer: [Beginning] = []
            for beginning in layer {
                for letter in Self.alphabet.indices {
                    steps -= 1 + beginning.others.count
                    guard steps >= 0 else { return false }
                    guard let next = follow(beginning, letter: letter) else { continue }
                    if isFree(next) { return false }
                    if seen.insert(next).inserted { longer.append(next) }
                }
            }
            layer = longer
        }
        return true
    }

    /// Adds a byte; `nil` if no name begins like that, or other patterns match all that do.
    private func follow(_ beginning: Beginning, letter: Int) -> Beginning? {
        let byte = Self.alphabet[letter]
        let isHyphen = byte == UInt8(ascii: "-")
        if isHyphen, beginning.text?.isEmpty == true { return nil }
        var next = Beginning(own: own.places(after: beginning.own, letter: letter), others: [], text: nil, endsInHyphen: isHyphen)
        guard next.own != 0 else { return nil }
        for glob in beginning.others {
            let places = others[glob.index].places(after: glob.places, letter: letter)
            if places & others[glob.index].openEnd != 0 { return nil }
            if places != 0 { next.others.append(OpenGlob(index: glob.index, places: places)) }
        }
        if let text = beginning.text, isBeginningOfName(text + [byte]) { next.text = text + [byte] }
        return next
    }

    /// Tells whether the beginning is a whole name that no other pattern matches.
    private func isFree(_ beginning: Beginning) -> Bool {
        !beginning.endsInHyphen && beginning.own & own.end != 0
            && !beginning.others.contains { $0.places & others[$0.index].end != 0 }
            && !(beginning.text.map { names[firstIndex(from: $0)] == $0 } ?? false)
    }

    /// The index of the first name that is not before the text, or the number of names.
    private func firstIndex(from text: [UInt8]) -> Int {
        var (low, high) = (0, names.count)
        while low < high {
            let middle = (low + high) / 2
            if names[middle].lexicographicallyPrecedes(text) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func isBeginningOfName(_ text: [UInt8]) -> Bool {
        let index = firstIndex(from: text)
        return index < names.count && names[index].starts(with: text)
    }
}
