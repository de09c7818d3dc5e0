extension NamePattern {
    /// Finds a shortest namespace name that both patterns match; `nil` if no namespace can have such a name.
    ///
    /// Linear in the product of both lengths. System namespaces are ordinary names here: two globs that both match one also both match longer
    /// names.
    func commonName(with other: NamePattern) -> String? {
        guard agreesAtEdges(with: other) else { return nil }
        var search = CommonNameSearch(bytes, other.bytes)
        return search.run()
    }

    /// Tells whether the literals before the first `*` and those after the last one agree; otherwise no name matches both.
    func agreesAtEdges(with other: NamePattern) -> Bool {
        for (first, second) in zip(bytes, other.bytes) {
            if first == Self.star || second == Self.star { break }
            if first != second { return false }
        }
        for (first, second) in zip(bytes.reversed(), other.bytes.reversed()) {
            if first == Self.star || second == Self.star { break }
            if first != second { return false }
        }
        return true
    }
}

/// A breadth-first search through the product of two patterns and the form of Kubernetes names.
private struct CommonNameSearch {
    /// How the name so far ends.
    private enum Ending: Int, CaseIterable {
        case atStart
        case inLetterOrDigit
        case inHyphen
    }

    /// How much of both patterns is used up, and how the name ends.
    private struct State {
        let first: Int
        let second: Int
        let ending: Ending
    }

    /// How a state was first reached.
    private struct Arrival {
        let origin: Int
        /// The byte that was added to the name; `nil` if a `*` was left.
        let byte: UInt8?
    }

    private let first: [UInt8]
    private let second: [UInt8]
    private var arrivals: [Arrival?]
    private var layer: [State] = []
    private var nextLayer: [State] = []

    init(_ first: [UInt8], _ second: [UInt8]) {
        self.first = first
        self.second = second
        arrivals = Array(repeating: nil, count: (first.count + 1) * (second.count + 1) * Ending.allCases.count)
    }

    /// Searches the shorter names first.
    mutating func run() -> String? {
        let start = State(first: 0, second: 0, ending: .atStart)
        arrivals[index(of: start)] = Arrival(origin: index(of: start), byte: nil)
        layer = [start]
        for _ in 0...NameForm.label.lengthLimit {
            // Leaving a `*` adds nothing to the name, so the layer grows during the loop.
            var next = 0
            while next < layer.count {
                let state = layer[next]
                if state.first == first.count, state.second == second.count, state.ending == .inLetterOrDigit {
                    return name(at: state)
                }
                leaveStars(at: state)
                takeByte(at: state)
                next += 1
            }
            layer = nextLayer
            nextLayer = []
        }
        return nil
    }

    private func index(of state: State) -> Int {
        (state.first * (second.count + 1) + state.second) * Ending.allCases.count + state.ending.rawValue
    }

    private mutating func leaveStars(at state: State) {
        if state.first < first.count, first[state.first] == NamePattern.star {
            reach(State(first: state.first + 1, second: state.second, ending: state.ending), from: state, by: nil)
        }
        if state.second < second.count, second[state.second] == NamePattern.star {
            reach(State(first: state.first, second: state.second + 1, ending: state.ending), from: state, by: nil)
        }
    }

    private mutating func takeByte(at state: State) {
        guard state.first < first.count, state.second < second.count else { return }
        let (one, other) = (first[state.first], second[state.second])
        let star = NamePattern.star
        let byte = one != star ? one : other != star ? other : UInt8(ascii: "x")
        guard one == star || other == star || one == other else { return }
        let isHyphen = byte == UInt8(ascii: "-")
        if isHyphen, state.ending == .atStart { return }
        let reached = State(
            first: one == star ? state.first : state.first + 1,
            second: other == star ? state.second : state.second + 1,
            ending: isHyphen ? .inHyphen : .inLetterOrDigit
        )
        reach(reached, from: state, by: byte)
    }

    private mutating func reach(_ state: State, from origin: State, by byte: UInt8?) {
        let index = index(of: state)
        guard arrivals[index] == nil else { return }
        arrivals[index] = Arrival(origin: self.index(of: origin), byte: byte)
        if byte == nil {
            layer.append(state)
        } else {
            nextLayer.append(state)
        }
    }

    /// Follows the arrivals back to the start.
    private func name(at state: State) -> String {
        var bytes: [UInt8] = []
        var index = index(of: state)
        while let arrival = arrivals[index], arrival.origin != index {
            if let byte = arrival.byte { bytes.append(byte) }
            index = arrival.origin
        }
        return String(decoding: bytes.reversed(), as: UTF8.self)
    }
}
