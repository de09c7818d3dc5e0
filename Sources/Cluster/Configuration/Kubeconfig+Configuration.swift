import KubernetesAPI
import TLS

extension Kubeconfig {
    /// Says how the cluster of a context is reached.
    ///
    /// `chosen` is the context's name; `nil` takes `current-context`. The rules are those of client-go:
    /// <https://github.com/kubernetes/client-go/blob/v0.34.0/tools/clientcmd/validation.go>
    package func configuration(of chosen: String? = nil) throws(KubeconfigProblem) -> ClusterConfiguration {
        let known = contexts.map(\.name)
        guard let name = chosen ?? currentContext?.text else { throw KubeconfigProblem(what: .noContext(known: known), place: nil) }
        guard let context = Self.find(name, in: contexts) else {
            let place = chosen == nil ? currentContext?.place : nil
            throw KubeconfigProblem(what: .unknownContext(name, known: known), place: place)
        }
        let cluster = try cluster(of: context)
        let user = try user(of: context)
        let server = try cluster.value.address(named: cluster.name, usesTLS: cluster.value.usesTLS(with: user), at: cluster.place)
        return ClusterConfiguration(
            server: server,
            serverName: try cluster.value.certificateName(for: server, at: cluster.place),
            trust: try cluster.value.trust(),
            clientCertificate: try user.clientCertificate(),
            // Credentials never leave without TLS.
            credential: server.isSecure ? try user.credential(for: cluster.value) : .none,
            namespace: context.value.namespace?.text ?? "default",
            origin: "context \(name) of \(context.place.file)"
        )
    }

    private func cluster(of context: Entry<Context>) throws(KubeconfigProblem) -> Entry<Cluster> {
        let name = context.value.cluster
        guard let cluster = Self.find(name?.text ?? "", in: clusters) else {
            let what = KubeconfigProblem.What.unknownEntry(list: "cluster", name: name?.text ?? "", context: context.name)
            throw (name?.place ?? context.place).problem(what)
        }
        return cluster
    }

    /// The user of a context; one without credentials if the context names none.
    private func user(of context: Entry<Context>) throws(KubeconfigProblem) -> User {
        guard let name = context.value.user else { return User() }
        guard let user = Self.find(name.text, in: users) else {
            throw name.place.problem(.unknownEntry(list: "user", name: name.text, context: context.name))
        }
        if let (field, place) = user.value.unsupported.first { throw place.problem(.unsupported(field: field)) }
        return user.value
    }

    private static func find<Value>(_ name: String, in entries: [Entry<Value>]) -> Entry<Value>? {
        entries.first { $0.name.hasSameBytes(as: name) }
    }
}

extension Kubeconfig.Cluster {
    /// Whether an address without a scheme means TLS.
    fileprivate func usesTLS(with user: Kubeconfig.User) -> Bool {
        authorities.place != nil || skipsVerification?.isSet == true || user.certificate.place != nil
    }

    fileprivate func address(
        named name: String,
        usesTLS: Bool,
        at place: KubeconfigPlace
    ) throws(KubeconfigProblem) -> ServerAddress {
        if let proxy { throw proxy.place.problem(.unsupported(field: "proxy-url")) }
        guard let server else { throw place.problem(.noServer(cluster: name)) }
        do throws(ServerAddress.Refusal) {
            return try ServerAddress(parsing: server.text, usesTLS: usesTLS)
        } catch {
            // Without the address, which may hold a password.
            let text = error == .userInfo ? "https://…" : server.text
            throw server.place.problem(.invalidServer(text, error))
        }
    }

    fileprivate func certificateName(for address: ServerAddress, at place: KubeconfigPlace) throws(KubeconfigProblem) -> TLSServerName {
        let text = serverName?.text ?? address.host
        guard let name = TLSServerName(text) else {
            throw (serverName?.place ?? server?.place ?? place).problem(.invalidServerName(text))
        }
        return name
    }

    fileprivate func trust() throws(KubeconfigProblem) -> ClusterConfiguration.Trust {
        try authorities.requireOne(of: "certificate-authority")
        if let skipsVerification, skipsVerification.isSet {
            guard authorities.place == nil else {
                throw skipsVerification.place.problem(.conflict("insecure-skip-tls-verify", "certificate-authority"))
            }
            return .everything
        }
        return authorities.source.map { .authorities($0) } ?? .systemAuthorities
    }
}

extension Kubeconfig.User {
    fileprivate func clientCertificate() throws(KubeconfigProblem) -> ClusterConfiguration.ClientCertificate? {
        try certificate.requireOne(of: "client-certificate")
        try key.requireOne(of: "client-key")
        switch (certificate.source, key.source) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return ClusterConfiguration.ClientCertificate(certificate: certificate, key: key)
        case (_?, nil): throw KubeconfigProblem(what: .incomplete("client-certificate", needs: "client-key"), place: certificate.place)
        case (nil, _?): throw KubeconfigProblem(what: .incomplete("client-key", needs: "client-certificate"), place: key.place)
        }
    }

    /// The token's source; a plugin is used only by a user who has nothing else.
    fileprivate func credential(for cluster: Kubeconfig.Cluster) throws(KubeconfigProblem) -> ClusterConfiguration.Credential {
        let plugin = try exec.map { (exec) throws(KubeconfigProblem) in try exec.plugin(for: cluster) }
        if let tokenFile { return .tokenFile(tokenFile.text, initial: token.map { Secret($0.text) }) }
        if let token { return .token(Secret(token.text)) }
        guard let plugin, certificate.place == nil else { return .none }
        return .plugin(plugin)
    }
}

extension Kubeconfig.Exec {
    fileprivate func plugin(for cluster: Kubeconfig.Cluster) throws(KubeconfigProblem) -> ExecPlugin {
        guard let command else { throw place.problem(.missingExecField("command")) }
        guard let apiVersion else { throw place.problem(.missingExecField("apiVersion")) }
        guard ExecPlugin.apiVersions.contains(apiVersion.text) else {
            let what = KubeconfigProblem.What.unknownValue(
                field: "exec.apiVersion",
                value: apiVersion.text,
                allowed: ExecPlugin.apiVersions
            )
            throw apiVersion.place.problem(what)
        }
        return ExecPlugin(
            command: command.text,
            arguments: arguments,
            environment: environment,
            apiVersion: apiVersion.text,
            installHint: installHint,
            interactiveMode: try mode(of: apiVersion.text),
            cluster: providesClusterInfo ? cluster.facts : nil
        )
    }

    private func mode(of apiVersion: String) throws(KubeconfigProblem) -> ExecPlugin.InteractiveMode {
        guard let interactiveMode else {
            // Only the older version has a default.
            guard apiVersion == ExecPlugin.apiVersions.last else { throw place.problem(.missingExecField("interactiveMode")) }
            return .ifAvailable
        }
        guard let mode = ExecPlugin.InteractiveMode(rawValue: interactiveMode.text) else {
            let allowed = ExecPlugin.InteractiveMode.allCases.map(\.rawValue)
            throw interactiveMode.place.problem(
                .unknownValue(field: "exec.interactiveMode", value: interactiveMode.text, allowed: allowed)
            )
        }
        return mode
    }
}

extension Kubeconfig.Cluster {
    /// The facts about the cluster that a plugin receives.
    fileprivate var facts: ExecPlugin.ClusterFacts {
        ExecPlugin.ClusterFacts(
            server: server?.text ?? "",
            serverName: serverName?.text,
            skipsVerification: skipsVerification?.isSet ?? false,
            authorities: authorities.source,
            configuration: execConfiguration
        )
    }
}

extension KubeconfigPEM {
    /// Throws if the text is given twice.
    fileprivate func requireOne(of field: String) throws(KubeconfigProblem) {
        if let data, file != nil { throw data.place.problem(.conflict("\(field)-data", field)) }
    }
}
