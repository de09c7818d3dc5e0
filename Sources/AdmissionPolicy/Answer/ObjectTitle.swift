import KubernetesAPI

/// Names the object of a request in messages: `Pod payments/mixed`.
enum ObjectTitle {
    /// The kind, the namespace that the request says and the object's name; where it has none yet, the beginning of it.
    static func text(of request: AdmissionRequest) -> String {
        var text = MessageText()
        append(request, to: &text)
        return text.string
    }

    /// Appends the same to a text.
    static func append(_ request: AdmissionRequest, to text: inout MessageText) {
        text += DisplayText.oneLine(request.kind.kind, byteLimit: 30)
        text += " "
        if !request.namespace.isEmpty {
            text += DisplayText.oneLine(request.namespace, byteLimit: 63)
            text += "/"
        }
        text += DisplayText.oneLine(name(in: request), byteLimit: 253)
    }

    private static func name(in request: AdmissionRequest) -> String {
        let name = request.objectName
        if !name.isEmpty { return name }
        if !request.name.isEmpty { return request.name }
        if let prefix = request.object.object?.metadata.generateName, !prefix.isEmpty { return prefix + "*" }
        return "without a name"
    }
}
