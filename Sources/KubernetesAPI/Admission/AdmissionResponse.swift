/// The answer to one request.
package struct AdmissionResponse: Sendable, Equatable {
    /// Why a request was denied.
    package struct Status: Sendable, Equatable {
        /// One reason, for machines.
        package struct Cause: Sendable, Equatable {
            /// A machine-readable kind of reason, such as a rule's id.
            package let reason: String
            /// One line for a person.
            package let message: String
            /// The path of the field; empty when the reason is not about one field.
            package let field: String

            /// One reason.
            package init(reason: String, message: String, field: String) {
                self.reason = reason
                self.message = message
                self.field = field
            }
        }

        /// An object that is invalid; kubectl names it before the causes.
        ///
        /// A class because a denial of a Pod has none, and should carry no more than an empty pointer for it.
        package final class Subject: Sendable, Equatable {
            /// The API group.
            package let group: String
            /// The kind.
            package let kind: String
            /// The name.
            package let name: String

            /// Names an object.
            package init(group: String, kind: String, name: String) {
                self.group = group
                self.kind = kind
                self.name = name
            }

            /// Returns whether both name the same object.
            package static func == (one: Subject, other: Subject) -> Bool {
                one.group == other.group && one.kind == other.kind && one.name == other.name
            }
        }

        /// The HTTP status code that the API server passes on to its client.
        package let code: Int
        /// `Forbidden` or `Invalid`.
        package let reason: String
        /// One line.
        package let message: String
        /// All reasons, the most important first.
        package let causes: [Cause]
        /// The invalid object; `nil` if only the message names it.
        package let subject: Subject?

        /// A reason to deny.
        package init(code: Int, reason: String, message: String, causes: [Cause], subject: Subject? = nil) {
            self.subject = subject
            self.code = code
            self.reason = reason
            self.message = message
            self.causes = causes
        }
    }

    /// One audit annotation; the API server puts the webhook's name before the key.
    package struct AuditAnnotation: Sendable, Equatable {
        /// At most 63 letters, digits, `-`, `_` and `.`.
        package let key: String
        /// Free text.
        package let value: String

        /// One annotation.
        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The request's `uid`.
    package let uid: String
    /// `nil` allows.
    package let denial: Status?
    /// One line each, shown to the client by the API server.
    package let warnings: [String]
    /// In the order in which they are written.
    package let auditAnnotations: [AuditAnnotation]

    /// Answers the request with that `uid`.
    package init(uid: String, denial: Status?, warnings: [String], auditAnnotations: [AuditAnnotation]) {
        self.uid = uid
        self.denial = denial
        self.warnings = warnings
        self.auditAnnotations = auditAnnotations
    }

    /// Whether the request is allowed.
    package var isAllowed: Bool { denial == nil }
}

extension AdmissionResponse {
    /// Encodes the AdmissionReview that answers a request of that version, as JSON text.
    ///
    /// A validating answer has neither `patch` nor `patchType`. Empty lists are left out.
    package func encoded(for version: AdmissionReview.Version) -> [UInt8] {
        // The message and the causes of a denial mostly fit into 4 KiB.
        var json = JSONWriter(reservingCapacity: denial == nil ? 512 : 4_096)
        json.beginObject()
        json.key(.apiVersion)
        json.write(version.rawValue)
        json.key(.kindAndResponse)
        json.beginObject()
        json.key(.uid)
        json.write(uid)
        json.key(.allowed)
        json.write(isAllowed)
        if let denial {
            json.key(.status)
            denial.write(to: &json)
        }
        writeWarnings(to: &json)
        writeAuditAnnotations(to: &json)
        json.endObject()
        json.endObject()
        return json.bytes
    }

    /// Writes `warnings`.
    private func writeWarnings(to json: inout JSONWriter) {
        guard !warnings.isEmpty else { return }
        json.key(.warnings)
        json.beginArray()
        for warning in warnings { json.write(warning) }
        json.endArray()
    }

    /// Writes `auditAnnotations`.
    private func writeAuditAnnotations(to json: inout JSONWriter) {
        guard !auditAnnotations.isEmpty else { return }
        json.key(.auditAnnotations)
        json.beginObject()
        for annotation in auditAnnotations {
            json.key(annotation.key)
            json.write(annotation.value)
        }
        json.endObject()
    }
}

extension AdmissionResponse.Status {
    /// Writes a `metav1.Status`.
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key(.status)
        json.write("Failure")
        json.key(.message)
        json.write(message)
        json.key(.reason)
        json.write(reason)
        if !causes.isEmpty {
            json.key(.details)
            json.beginObject()
            if let subject {
                json.member("name", subject.name)
                json.member("group", subject.group)
                json.member("kind", subject.kind)
            }
            json.key(.causes)
            json.beginArray()
            for cause in causes { cause.write(to: &json) }
            json.endArray()
            json.endObject()
        }
        json.key(.code)
        json.write(code)
        json.endObject()
    }
}

extension AdmissionResponse.Status.Cause {
    /// Writes a `metav1.StatusCause`.
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key(.reason)
        json.write(reason)
        json.key(.message)
        json.write(message)
        if !field.isEmpty {
            json.key(.field)
            json.write(field)
        }
        json.endObject()
    }
}

extension JSONKey {
    fileprivate static let apiVersion = Self(json: #""apiVersion":"#)
    /// The kind, which is always the same, and the key behind it.
    fileprivate static let kindAndResponse = Self(json: #""kind":"AdmissionReview","response":"#)
    fileprivate static let uid = Self(json: #""uid":"#)
    fileprivate static let allowed = Self(json: #""allowed":"#)
    fileprivate static let status = Self(json: #""status":"#)
    fileprivate static let warnings = Self(json: #""warnings":"#)
    fileprivate static let auditAnnotations = Self(json: #""auditAnnotations":"#)
    fileprivate static let message = Self(json: #""message":"#)
    fileprivate static let reason = Self(json: #""reason":"#)
    fileprivate static let details = Self(json: #""details":"#)
    fileprivate static let causes = Self(json: #""causes":"#)
    fileprivate static let code = Self(json: #""code":"#)
    fileprivate static let field = Self(json: #""field":"#)
}
