package import KubernetesAPI

/// Where a rule found something to change.
package struct Finding: Sendable, Equatable {
    /// The part of the object to which ``Finding/field`` is relative.
    package enum Place: Sendable {
        /// The Pod's specification.
        case pod
        /// The metadata of the Pod, or of the template that it is made from.
        case metadata
        /// A container, by its list and its index in it.
        case container(ContainerList, Int)
        /// A volume, by its index.
        case volume(Int)
        /// The object itself, outside the Pod's specification.
        case object
    }

    /// What the field belongs to.
    package let place: Place
    /// The index that is to be put between the brackets of ``pattern``; `nil` where that is the field as it is.
    private let element: Int32?
    /// The field, or `[]` and what stands around it where there is an ``element``.
    private let pattern: String
    /// What to do here, where ``Rule/fix`` does not fit; `nil` where it does.
    package let fix: String?

    /// A finding at a field of a place.
    package init(_ place: Place, _ field: String, fix: String? = nil) {
        self.place = place
        element = nil
        pattern = field
        self.fix = fix
    }

    /// A finding at an element of a list, such as 3 of `ports[].hostPort`.
    ///
    /// The field is written out only when someone asks for it: of thousands of findings a message names three.
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

    /// The same finding at another place.
    func moved(to place: Place) -> Finding {
        Finding(place, of: self)
    }

    /// The field, relative to the place, such as `securityContext.runAsNonRoot`.
    package var field: String {
        guard let element else { return pattern }
        let opening = pattern.utf8.firstIndex(of: UInt8(ascii: "[")).map { pattern.utf8.index(after: $0) } ?? pattern.endIndex
        return pattern[..<opening] + String(element) + pattern[opening...]
    }

    /// The path from the top of the object.
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
    /// Findings are equal when they say the same, however their fields are kept.
    package static func == (first: Self, second: Self) -> Bool {
        first.place == second.place && first.field == second.field && first.fix == second.fix
    }
}

extension Finding.Place: Equatable {
    /// Places are equal when they are the same part; written out, since it is asked for each of thousands of findings.
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

/// What a check says about one object.
package enum CheckOutcome: Sendable, Equatable {
    /// The object is as the rule wants it.
    case holds
    /// The object is not as the rule wants it; the findings say where, in document order.
    ///
    /// Empty when there is nothing to point at, as for a rule about containers in a Pod that has none.
    case fails([Finding])
    /// The rule has nothing to say about this object and leaves the score and the best possible score.
    case notApplicable
}

extension CheckOutcome {
    /// Whether there is something to change.
    package var fails: Bool {
        guard case .fails = self else { return false }
        return true
    }

    /// Holds when there is nothing to point at.
    init(findings: [Finding]) {
        self = findings.isEmpty ? .holds : .fails(findings)
    }

    /// Judges one field of the Pod.
    init(podField field: String, holds: Bool) {
        self = holds ? .holds : .fails([Finding(.pod, field)])
    }

    /// What both outcomes say together: it holds when both hold, and has the findings of both.
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
