extension AdmissionResponse {
    /// The AdmissionReview that answers a request asked in that version, as JSON text.
    ///
    /// A validating answer has neither `patch` nor `patchType`. Empty lists are left out.
    package func encoded(for version: AdmissionReview.Version) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("apiVersion")
        json.write(version.rawValue)
        json.key("kind")
        json.write("AdmissionReview")
        json.key("response")
        json.beginObject()
        json.key("uid")
        json.write(uid)
        json.key("allowed")
        json.write(isAllowed)
        if let denial {
            json.key("status")
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
        json.key("warnings")
        json.beginArray()
        for warning in warnings { json.write(warning) }
        json.endArray()
    }

    /// Writes `auditAnnotations`.
    private func writeAuditAnnotations(to json: inout JSONWriter) {
        guard !auditAnnotations.isEmpty else { return }
        json.key("auditAnnotations")
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
        json.key("status")
        json.write("Failure")
        json.key("message")
        json.write(message)
        json.key("reason")
        json.write(reason)
        if !causes.isEmpty {
            json.key("details")
            json.beginObject()
            json.key("causes")
            json.beginArray()
            for cause in causes { cause.write(to: &json) }
            json.endArray()
            json.endObject()
        }
        json.key("code")
        json.write(code)
        json.endObject()
    }
}

extension AdmissionResponse.Status.Cause {
    /// Writes a `metav1.StatusCause`.
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("reason")
        json.write(reason)
        json.key("message")
        json.write(message)
        if !field.isEmpty {
            json.key("field")
            json.write(field)
        }
        json.endObject()
    }
}
