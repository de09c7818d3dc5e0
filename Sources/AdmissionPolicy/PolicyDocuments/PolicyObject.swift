import KubernetesAPI

/// A policy or waiver that is an object of a cluster, at one version.
package struct PolicyObject: Sendable {
    /// Names a version of an object.
    package struct Identity: Sendable, Hashable {
        /// The kind.
        package let kind: PolicyKind
        /// The name.
        package let name: String
        /// Distinguishes objects that had the same name one after another.
        package let uid: String
        /// The version of the object with which its `spec` was read; opaque.
        ///
        /// Later versions can differ from it in labels, annotations and status.
        package let resourceVersion: String
        /// When the object was created, such as `2026-11-28T08:09:37Z`.
        package let creationTimestamp: String
        /// Counts the changes outside of metadata and status; 0 if it is not known.
        package let generation: Int64

        /// Names a version of an object.
        package init(
            kind: PolicyKind,
            name: String,
            uid: String,
            resourceVersion: String,
            creationTimestamp: String,
            generation: Int64 = 0
        ) {
            self.kind = kind
            self.name = name
            self.uid = uid
            self.resourceVersion = resourceVersion
            self.creationTimestamp = creationTimestamp
            self.generation = generation
        }

        /// Tells whether this object wins where only one can be in force: the older one, then the one whose name is first.
        ///
        /// A policy and a waiver can have one name; the policy is first, so that every list has one order.
        func precedes(_ other: Self) -> Bool {
            // Timestamps of API servers have one form, in which the order of the bytes is that of the times.
            if !creationTimestamp.hasSameBytes(as: other.creationTimestamp) {
                return creationTimestamp.utf8.lexicographicallyPrecedes(other.creationTimestamp.utf8)
            }
            if !name.hasSameBytes(as: other.name) { return name.utf8.lexicographicallyPrecedes(other.name.utf8) }
            return kind.rawValue.utf8.lexicographicallyPrecedes(other.kind.rawValue.utf8)
        }
    }

    /// The content of an object; its copies share one memory, because it is kept in several lists.
    package indirect enum Content: Sendable {
        case policy(ScorePolicy)
        case waiver(ScoreWaiver)
    }

    /// The object and its version.
    package let identity: Identity
    /// The policy or waiver.
    package let content: Content
    /// The warnings for its author, one per line.
    package let warnings: [String]

    /// A valid object.
    package init(identity: Identity, content: Content, warnings: [String] = []) {
        self.identity = identity
        self.content = content
        self.warnings = warnings
    }
}

extension PolicyObject: Equatable {
    /// Compares the versions; a version has one content.
    package static func == (one: Self, other: Self) -> Bool { one.identity == other.identity }
}

extension PolicyObject.Identity: CustomStringConvertible {
    /// The kind and the name, such as `ScorePolicy payments`.
    package var description: String { "\(kind.rawValue) \(name)" }
}

/// Why a version of an object is rejected, alone.
package struct ObjectRejection: Error, Sendable, Equatable {
    /// The object and its version.
    package let identity: PolicyObject.Identity
    /// The reasons, one per line, each with the path of its field, such as `spec.enforce: …`.
    package let lines: [String]
    /// Whether all reasons are fields that this version of the program does not know; a newer one may know them.
    package let hasOnlyUnknownFields: Bool

    /// Rejects a version of an object.
    package init(identity: PolicyObject.Identity, lines: [String], hasOnlyUnknownFields: Bool = false) {
        self.identity = identity
        self.lines = lines
        self.hasOnlyUnknownFields = hasOnlyUnknownFields
    }
}

/// The last valid version of an object, and the errors of the newest one if it is invalid.
package struct PolicyObjectState: Sendable, Equatable {
    /// The last valid version, which stays in force until a newer valid one comes; `nil` if there was none since the start.
    package var accepted: PolicyObject?
    /// Why the newest version is rejected; `nil` if it is the accepted one.
    package var rejection: ObjectRejection?

    /// The newest version.
    package var newest: PolicyObject.Identity? { rejection?.identity ?? accepted?.identity }

    /// The state after a version was read; `previous` is what is known of earlier versions of the same object.
    package init(_ result: Result<PolicyObject, ObjectRejection>, after previous: Self?) {
        switch result {
        case .success(let object): accepted = object
        case .failure(let failure): (accepted, rejection) = (previous?.accepted, failure)
        }
    }
}
