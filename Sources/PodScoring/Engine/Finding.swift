package import KubernetesAPI

/// A place where an object violates a rule.
///
/// A Pod of thousands of containers has a hundred thousand of them, so a finding takes 24 bytes and shares its texts.
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

    /// Texts of findings that neither a rule nor ``Field`` has.
    ///
    /// A class because many findings share one. It is immutable.
    final class Texts: Sendable {
        /// The field; `nil` if the finding names a ``Field``.
        fileprivate let field: String?
        /// The fix; `nil` if it is that of the rule.
        fileprivate let fix: String?

        /// Creates the texts of a field that is not a ``Field``, or of a fix.
        init(field: String? = nil, fix: String? = nil) {
            self.field = field
            self.fix = fix
        }
    }

    /// ``Place`` without its index.
    @usableFromInline
    enum Part: UInt8, Sendable {
        case pod, metadata, initContainer, container, ephemeralContainer, volume, object

        /// The containers of a list.
        @inline(__always)
        init(_ list: ContainerList) {
            switch list {
            case .initContainers: self = .initContainer
            case .containers: self = .container
            case .ephemeralContainers: self = .ephemeralContainer
            }
        }
    }

    /// The texts of this finding; `nil` for nearly all.
    fileprivate let own: Texts?
    /// The index of the container or volume; 0 for other parts.
    @usableFromInline
    let index: Int32
    /// The index to insert between the brackets of the field; negative if there are none.
    private let element: Int32
    /// The part of the object that has the field.
    @usableFromInline
    let part: Part
    /// The field, with `[]` in place of the index if there is an ``element``; `nil` if the field is one of ``own``.
    private let name: Field?

    /// Creates a finding at a field of a place, or at an element of a list, such as 3 of `ports[].hostPort`.
    ///
    /// The index is inserted only on request: a message names three of possibly thousands of findings.
    @inline(__always)
    init(_ place: Place, _ field: Field, at element: Int? = nil, own texts: Texts? = nil) {
        (part, index) = Self.stored(place)
        self.element = element.map { Int32(clamping: $0) } ?? -1
        name = field
        own = texts
    }

    /// Creates a finding in a container; its part and its index say which.
    @inline(__always)
    init(_ part: Part, _ index: Int, _ field: Field, own texts: Texts?) {
        self.part = part
        self.index = Int32(clamping: index)
        element = -1
        name = field
        own = texts
    }

    /// Creates a finding with any texts, for the few places without a ``Field``.
    package init(_ place: Place, _ field: String, fix: String? = nil) {
        self.init(place, named: Texts(field: field, fix: fix))
    }

    /// Creates a finding at the field of its texts.
    init(_ place: Place, named texts: Texts) {
        (part, index) = Self.stored(place)
        element = -1
        name = nil
        own = texts
    }

    private init(_ place: Place, of finding: Finding, own texts: Texts?) {
        (part, index) = Self.stored(place)
        element = finding.element
        name = finding.name
        own = texts
    }

    @inline(__always)
    private static func stored(_ place: Place) -> (Part, Int32) {
        switch place {
        case .pod: (.pod, 0)
        case .metadata: (.metadata, 0)
        case .container(let list, let index): (Part(list), Int32(clamping: index))
        case .volume(let index): (.volume, Int32(clamping: index))
        case .object: (.object, 0)
        }
    }

    /// The part of the object that has the field.
    @inlinable
    @inline(__always)
    package var place: Place {
        switch part {
        case .pod: .pod
        case .metadata: .metadata
        case .initContainer: .container(.initContainers, Int(index))
        case .container: .container(.containers, Int(index))
        case .ephemeralContainer: .container(.ephemeralContainers, Int(index))
        case .volume: .volume(Int(index))
        case .object: .object
        }
    }

    /// A number for the place, the same for equal places.
    var placeNumber: UInt64 { UInt64(part.rawValue) << 32 | UInt64(UInt32(bitPattern: index)) }

    /// Returns whether another finding has the same place.
    fileprivate func isAtPlace(of other: Finding) -> Bool {
        part == other.part && index == other.index
    }

    /// The fix at this place, if it differs from ``Rule/fix``; `nil` otherwise.
    package var fix: String? { own?.fix }

    /// Returns the same finding at another place.
    func moved(to place: Place) -> Finding {
        Finding(place, of: self, own: own)
    }

    /// Returns the same finding, whose field is a ``Field``, with the fix of texts that several findings share.
    func fixed(by texts: Texts) -> Finding {
        Finding(place, of: self, own: texts)
    }

    /// The field with `[]` in place of an index, such as `ports[].hostPort`.
    package var fieldPattern: String { name?.rawValue ?? own?.field ?? "" }

    /// The field relative to the place, such as `securityContext.runAsNonRoot`.
    package var field: String {
        let pattern = fieldPattern
        guard element >= 0 else { return pattern }
        let opening = pattern.utf8.firstIndex(of: UInt8(ascii: "[")).map { pattern.utf8.index(after: $0) } ?? pattern.endIndex
        return pattern[..<opening] + String(element) + pattern[opening...]
    }

    /// Returns whether another finding has the same place and the same field, by what is stored for it.
    ///
    /// Quicker than comparing fields, which are put together for that; fields that are stored in two ways count as different.
    package func isStored(like other: Finding) -> Bool {
        isAtPlace(of: other) && element == other.element && name == other.name
            && (name != nil || own === other.own || hasSameOwnField(as: other))
    }

    private func hasSameOwnField(as other: Finding) -> Bool {
        guard let field = own?.field, let otherField = other.own?.field else { return own?.field == nil && other.own?.field == nil }
        return field.hasSameBytes(as: otherField)
    }

    /// Returns the path of the field in the object.
    package func path(below specification: String) -> String {
        let (place, field) = (place, field)
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
        first.isAtPlace(of: second) && first.field == second.field && first.fix == second.fix
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
    /// Tells whether the findings have the same places and fields as others in the same order, by what is stored for them.
    ///
    /// Asked here, since another target would copy each finding.
    package func areStored(like others: [Finding]) -> Bool {
        let (findings, others) = (span, others.span)
        guard findings.count == others.count else { return false }
        for index in findings.indices where !findings[index].isStored(like: others[index]) { return false }
        return true
    }

    /// Finds the findings from an index on that have the same fix, and the first of the different places that they name.
    ///
    /// Found here and not where the text is written, since another target would copy each finding.
    /// - Parameters:
    ///   - start: The index of the first finding.
    ///   - limit: The largest number of places to return.
    /// - Returns: The index behind them, the places, and the number of all places; the object itself is not a place.
    package func group(from start: Int, naming limit: Int = 0) -> (end: Int, places: [Finding.Place], placeCount: Int) {
        guard start < count else { return (count, [], 0) }
        let texts = self[start].own
        // A span lends its elements, and nearly all findings share their fix or have the rule's: thousands of them must be cheap.
        let findings = span
        var places: [Finding.Place] = []
        var (end, placeCount) = (start, 0)
        var last = UInt64.max
        while end < findings.count, findings[end].own === texts || findings[end].fix == texts?.fix {
            let place = findings[end].placeNumber
            if place != last, findings[end].part != .object {
                placeCount += 1
                if placeCount <= limit { places.append(findings[end].place) }
            }
            last = place
            end += 1
        }
        return (end, places, placeCount)
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
    init(podField field: Finding.Field, holds: Bool) {
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
