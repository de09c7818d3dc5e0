import KubernetesAPI
import YAML

/// Reads the text of one kubeconfig.
///
/// Fields that are unknown are ignored, as kubectl does, because other programs write fields of their own. Fields that are read must have
/// their types.
struct KubeconfigReader {
    /// The path of the file, for messages and relative paths.
    let file: String

    /// Reads the first document of a text; an empty text has no entries.
    static func read(_ text: [UInt8], file: String) throws(KubeconfigProblem) -> Kubeconfig {
        let reader = Self(file: file)
        var documents = YAMLStream(text)
        switch documents.next() {
        case nil: return Kubeconfig(files: [file])
        case .failure(let error):
            throw KubeconfigProblem(
                what: .unreadable(reason: "\(error.reason)"),
                place: KubeconfigPlace(file: file, position: error.position)
            )
        case .success(let node): return try reader.read(KubeconfigNode(node, path: "", file: file))
        }
    }

    private func read(_ root: KubeconfigNode) throws(KubeconfigProblem) -> Kubeconfig {
        try root.requireObject()
        for (field, wanted) in [("kind", "Config"), ("apiVersion", "v1")] {
            if let found = try root.text(field), found.text != wanted { throw found.place.problem(.otherKind(found.text)) }
        }
        var config = Kubeconfig(files: [file])
        config.clusters = try entries(of: root, "clusters", "cluster", cluster)
        config.users = try entries(of: root, "users", "user", user)
        config.contexts = try entries(of: root, "contexts", "context", context)
        config.currentContext = try root.text("current-context")
        return config
    }

    /// Reads a list of named entries.
    private func entries<Value>(
        of root: KubeconfigNode,
        _ list: String,
        _ member: String,
        _ read: (KubeconfigNode) throws(KubeconfigProblem) -> Value
    ) throws(KubeconfigProblem) -> [Kubeconfig.Entry<Value>] {
        var entries: [Kubeconfig.Entry<Value>] = []
        var names: Set<[UInt8]> = []
        for element in try root.elements(list) {
            guard let name = try element.text("name") else { throw element.place.problem(.missingName(list: list)) }
            guard names.insert(Array(name.text.utf8)).inserted else {
                throw name.place.problem(.duplicateName(list: list, name: name.text))
            }
            let value = try read(element.object(member) ?? KubeconfigNode.empty(at: element))
            entries.append(Kubeconfig.Entry(name: name.text, value: value, place: name.place))
        }
        return entries
    }

    private func cluster(_ node: KubeconfigNode) throws(KubeconfigProblem) -> Kubeconfig.Cluster {
        var cluster = Kubeconfig.Cluster()
        cluster.server = try node.text("server")
        cluster.serverName = try node.text("tls-server-name")
        cluster.skipsVerification = try node.flag("insecure-skip-tls-verify")
        cluster.authorities = try pem(node, "certificate-authority")
        cluster.proxy = try node.text("proxy-url")
        for element in try node.elements("extensions") where try element.text("name")?.text == "client.authentication.k8s.io/exec" {
            cluster.execConfiguration = try element.object("extension")?.json
        }
        return cluster
    }

    private func user(_ node: KubeconfigNode) throws(KubeconfigProblem) -> Kubeconfig.User {
        var user = Kubeconfig.User()
        user.certificate = try pem(node, "client-certificate")
        user.key = try pem(node, "client-key")
        user.token = try node.text("token")
        user.tokenFile = try node.text("tokenFile").map(resolved)
        for field in ["username", "password", "as", "as-uid", "as-groups", "as-user-extra", "auth-provider"] {
            if let place = node.placeOfValue(field) { user.unsupported.append((field, place)) }
        }
        user.exec = try node.object("exec").map { (node) throws(KubeconfigProblem) in try exec(node) }
        return user
    }

    private func exec(_ node: KubeconfigNode) throws(KubeconfigProblem) -> Kubeconfig.Exec {
        var exec = Kubeconfig.Exec(place: node.place)
        // A name without a slash is looked up in $PATH.
        exec.command = try node.text("command").map { $0.text.contains("/") ? resolved($0) : $0 }
        for argument in try node.elements("args") { exec.arguments.append(try argument.ownText("exec.args")) }
        for variable in try node.elements("env") {
            guard let name = try variable.text("name") else { throw variable.place.problem(.missingName(list: "exec.env")) }
            exec.environment.append(ExecPlugin.Variable(name: name.text, value: Secret(try variable.text("value")?.text ?? "")))
        }
        exec.apiVersion = try node.text("apiVersion")
        exec.installHint = try node.text("installHint")?.text
        exec.providesClusterInfo = try node.flag("provideClusterInfo")?.isSet ?? false
        exec.interactiveMode = try node.text("interactiveMode")
        return exec
    }

    private func context(_ node: KubeconfigNode) throws(KubeconfigProblem) -> Kubeconfig.Context {
        Kubeconfig.Context(
            cluster: try node.text("cluster"),
            user: try node.text("user"),
            namespace: try node.text("namespace")
        )
    }

    private func pem(_ node: KubeconfigNode, _ field: String) throws(KubeconfigProblem) -> KubeconfigPEM {
        KubeconfigPEM(data: try node.base64(field + "-data"), file: try node.text(field).map(resolved))
    }

    /// Joins a relative path with the directory of the kubeconfig.
    private func resolved(_ path: KubeconfigText) -> KubeconfigText {
        guard !path.text.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return KubeconfigText(text: file[...slash] + path.text, place: path.place)
    }
}

/// A value of a kubeconfig with its file, for messages.
struct KubeconfigNode {
    private let node: ManifestNode
    private let path: String
    private let file: String

    /// A value at a path such as `clusters.cluster`.
    init(_ node: ManifestNode, path: String, file: String) {
        self.node = node
        self.path = path
        self.file = file
    }

    /// An object without members, at the place of another value.
    static func empty(at other: Self) -> Self {
        Self(ManifestNode(.object([]), at: other.node.position), path: other.path, file: other.file)
    }

    /// Where the value begins.
    var place: KubeconfigPlace { KubeconfigPlace(file: file, position: node.position) }

    /// Throws if the value is something else than an object.
    func requireObject() throws(KubeconfigProblem) {
        switch node.value {
        case .object, .null: return
        default: throw place.problem(.wrongType(field: path.isEmpty ? "a kubeconfig" : path, expected: "a mapping"))
        }
    }

    /// A member's object; `nil` if it is missing or null.
    func object(_ field: String) throws(KubeconfigProblem) -> Self? {
        guard let member = try member(field) else { return nil }
        try member.requireObject()
        return member
    }

    /// A member's elements; none if it is missing or null.
    func elements(_ field: String) throws(KubeconfigProblem) -> [Self] {
        guard let member = try member(field) else { return [] }
        guard let elements = member.node.elements else { throw member.wrongType("a list") }
        return elements.map { Self($0, path: member.path, file: file) }
    }

    /// A member's text; `nil` if it is missing, null or empty, which client-go does not distinguish.
    func text(_ field: String) throws(KubeconfigProblem) -> KubeconfigText? {
        guard let member = try member(field) else { return nil }
        guard let text = member.node.text else { throw member.wrongType("a string; put it in quotes") }
        return text.isEmpty ? nil : KubeconfigText(text: text, place: member.place)
    }

    /// The value's own text.
    func ownText(_ field: String) throws(KubeconfigProblem) -> String {
        guard let text = node.text else { throw place.problem(.wrongType(field: field, expected: "a list of strings; put each in quotes")) }
        return text
    }

    /// A member's boolean; `nil` if it is missing or null.
    func flag(_ field: String) throws(KubeconfigProblem) -> (isSet: Bool, place: KubeconfigPlace)? {
        guard let member = try member(field) else { return nil }
        guard case .bool(let isSet) = member.node.value else { throw member.wrongType("true or false") }
        return (isSet, member.place)
    }

    /// A member's bytes; `nil` if it is missing, null or empty.
    func base64(_ field: String) throws(KubeconfigProblem) -> (bytes: [UInt8], place: KubeconfigPlace)? {
        guard let text = try text(field) else { return nil }
        guard let bytes = Base64.decode(text.text.utf8.span) else { throw text.place.problem(.notBase64(field: field)) }
        return (bytes, text.place)
    }

    /// The place of a member that is set to something; `nil` for a missing one, null, and empty texts, lists and objects.
    func placeOfValue(_ field: String) -> KubeconfigPlace? {
        guard let value = node[field] else { return nil }
        let isEmpty =
            switch value.value {
            case .null: true
            case .string(let text): text.isEmpty
            case .array(let elements): elements.isEmpty
            case .object(let members): members.isEmpty
            case .bool, .integer, .number: false
            }
        return isEmpty ? nil : KubeconfigPlace(file: file, position: value.position)
    }

    /// The value as JSON.
    var json: [UInt8] { node.json }

    private func member(_ field: String) throws(KubeconfigProblem) -> Self? {
        try requireObject()
        guard let value = node[field] else { return nil }
        if case .null = value.value { return nil }
        return Self(value, path: path.isEmpty ? field : "\(path).\(field)", file: file)
    }

    private func wrongType(_ expected: String) -> KubeconfigProblem {
        place.problem(.wrongType(field: path, expected: expected))
    }
}

extension KubeconfigPlace {
    /// A problem at this place.
    func problem(_ what: KubeconfigProblem.What) -> KubeconfigProblem {
        KubeconfigProblem(what: what, place: self)
    }
}

extension ManifestNode {
    /// The value as JSON in one line; its depth is limited by the reader that made it.
    fileprivate var json: [UInt8] {
        switch value {
        case .null: return Array("null".utf8)
        case .bool(let value): return Array("\(value)".utf8)
        case .integer(let value): return Array("\(value)".utf8)
        case .number(let text): return Array(text.utf8)
        case .string(let text): return Self.quoted(text)
        case .array(let elements): return Self.joined(elements.map(\.json), "[", "]")
        case .object(let members):
            return Self.joined(members.map { Self.quoted($0.key) + [UInt8(ascii: ":")] + $0.value.json }, "{", "}")
        }
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(text)
        return writer.bytes
    }

    private static func joined(_ parts: [[UInt8]], _ open: String, _ close: String) -> [UInt8] {
        Array(open.utf8) + parts.joined(separator: [UInt8(ascii: ",")]) + Array(close.utf8)
    }
}
