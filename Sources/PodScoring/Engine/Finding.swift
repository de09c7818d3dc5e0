package import KubernetesAPI

/// A place where an object violates a rule.
package struct Finding: Sendable, Equatable {
    /// The part of the object to which ``Finding/field`` is relative.
    package enum Place: Sendable {
        /// The Pod spec.
        case pod
        /// The metadata of the Pod or of its template.
        case metadata
        /// A container, by its list and its index in the list.
        case container(ContainerList, Int)
        /// A volume, by its index.
        case volume(Int)
        /// The object itself, outside of the Pod spec.
        case object
    }

    /// The part of the object that has the field.
    package let place: Place
    /// The index to insert between the brackets of ``pattern``; `nil` if the pattern is the field itself.
    private let element: Int32?
    /// The field, with `[]` in place of the index if there is an ``element``.
    private let pattern: String
    /// The fix at this place, if it differs from ``Rule/fix``; `nil` otherwise.
    package let fix: String?

    /// Creates a finding at a field of a place.
    package init(_ place: Place, _ field: String, fix: String? = nil) {
        self.place = place
        element = nil
        pattern = field
        self.fix = fix
    }

    /// Creates a finding at an element of a list, such as 3 of `ports[].hostPort`.
    ///
    /// The index is inserted only on request: a message names three of possibly thousands of findings.
    init(_ place: Place, _ pattern: String, at element: Int, fix: String? = nil) {
        self.place = place
        self.element = Int32(clamping: element)
        self.pattern = pattern
        self.fix = fix
    }

    private init(_ place: Place, of finding: Finding) {
        self.place = place
        element = finding.element
        pattern = finding.pattern
        fix = finding.fix
    }

    /// Returns the same finding at another place.
    func moved(to place: Place) -> Finding {
        Finding(place, of: self)
    }

    /// The field relative to the place, such as `securityContext.runAsNonRoot`.
    package var field: String {
        guard let element else { return pattern }
        let opening = pattern.utf8.firstIndex(of: UInt8(ascii: "[")).map { pattern.utf8.index(after: $0) } ?? pattern.endIndex
        return pattern[..<opening] + String(element) + pattern[opening...]
    }

    /// Returns whether another finding has the same place and the same field, by the bytes that are stored for it.
    ///
    /// Quicker than comparing fields, which are put together for that; fields that are stored in two ways count as different.
    package func isStored(like other: Finding) -> Bool {
        place == other.place && element == other.element && pattern.hasSameBytes(as: other.pattern)
    }

    /// Returns the path of the field in the object.
    package func path(below specification: String) -> String {
        let field = field
        if place == .object { return field }
        var path = ""
        path.reserveCapacity(specification.utf8.count + field.utf8.count + 32)
        path += specification
        switch place {
        case .object: break
        case .pod: path += "."
        case .metadata:
            path.removeLast("spec".count)
            path += "metadata."
        case .container(let list, let index):
            path += "."
            path += list.rawValue
            path += "["
            path += String(index)
            path += "]."
        case .volume(let index):
            path += ".volumes["
            path += String(index)
            path += "]."
        }
        path += field
        return path
    }
}

extension Finding {
    /// Returns whether two findings are equal, however their fields are stored.
    package static func == (first: Self, second: Self) -> Bool {
        first.place == second.place && first.field == second.field && first.fix == second.fix
    }
}

extension Finding.Place: Equatable {
    /// Returns whether two places are the same part; not synthesized, because thousands of findings are compared.
    @inlinable
    @inline(__always)
    package static func == (first: Self, second: Self) -> Bool {
        switch (first, second) {
        case (.pod, .pod), (.metadata, .metadata), (.object, .object): true
        case (.volume(let first), .volume(let second)): first == second
        case (.container(.initContainers, let first), .container(.initContainers, let second)): first == second
        case (.container(.containers, let first), .container(.containers, let second)): first == second
        case (.container(.ephemeralContainers, let first), .container(.ephemeralContainers, let second)): first == second
        default: false
        }
    }
}

extension [Finding] {
    /// Appends a finding to a list that can get one for each of so many containers.
    ///
    /// A list that grows by doubling copies all that it holds again and again. So the first findings get room at once, and a list that fails in
    /// many containers gets room for all of them.
    @inline(__always)
    mutating func append(_ finding: Finding, ofAtMost limit: Int) {
        if count == 0 {
            reserveCapacity(Swift.min(limit, 32))
        } else if count == 32 {
            reserveCapacity(limit)
        }
        append(finding)
    }

    /// Finds the findings from an index on that have the same fix.
    ///
    /// Counted here and not where the text is written, since another target would copy each finding.
    /// - Returns: The index behind them, and the number of different places that they name; the object itself is not a place.
    package func group(from start: Int) -> (end: Int, placeCount: Int) {
        guard start < count else { return (count, 0) }
        let hasFix = self[start].fix != nil
        var (end, placeCount) = (start, 0)
        // Nearly all findings have no fix of their own; comparing no texts is what makes thousands of them cheap.
        while end < count, hasFix ? self[end].fix == self[start].fix : self[end].fix == nil {
            if self[end].place != .object, end == start || self[end].place != self[end - 1].place { placeCount += 1 }
            end += 1
        }
        return (end, placeCount)
    }
}

/// The outcome of a check for one object.
package enum CheckOutcome: Sendable, Equatable {
    /// The object complies with the rule.
    case holds
    /// The object violates the rule; the findings are in document order.
    ///
    /// The list is empty if there is no place to name, as for a rule about containers in a Pod without containers.
    case fails([Finding])
    /// The rule does not apply to the object and counts neither in the score nor in the best possible score.
    case notApplicable
}

extension CheckOutcome {
    /// Whether the object violates the rule.
    package var fails: Bool {
        guard case .fails = self else { return false }
        return true
    }

    /// Creates an outcome that holds if there are no findings.
    init(findings: [Finding]) {
        self = findings.isEmpty ? .holds : .fails(findings)
    }

    /// Creates the outcome for one field of the Pod.
    init(podField field: String, holds: Bool) {
        self = holds ? .holds : .fails([Finding(.pod, field)])
    }

    /// Returns an outcome that holds if both hold, with the findings of both.
    func and(_ other: CheckOutcome) -> CheckOutcome {
        switch (self, other) {
        case (.fails(let first), .fails(let second)): .fails(first + second)
        case (.holds, _): other
        case (_, .holds): self
        case (.notApplicable, _): other
        case (_, .notApplicable): self
        }
    }
}
