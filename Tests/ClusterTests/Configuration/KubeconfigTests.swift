import Platform
import TLS
import Testing

@testable import Cluster

@Suite struct KubeconfigTests {
    /// A kubeconfig of one cluster, user and context, with the given lines of the cluster and the user.
    private static func text(cluster: String = "server: https://api.example.org:6443", user: String = "token: abc") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: dev
        clusters:
        - name: one
          cluster:
            \(cluster.split(separator: "\n").joined(separator: "\n    "))
        users:
        - name: me
          user:
            \(user.split(separator: "\n").joined(separator: "\n    "))
        contexts:
        - name: dev
          context: {cluster: one, user: me, namespace: shop}

        """
    }

    private func read(_ text: String, _ file: String = "/home/me/.kube/config") throws(KubeconfigProblem) -> Kubeconfig {
        try KubeconfigReader.read(Array(text.utf8), file: file)
    }

    private func problem(_ text: String, context: String? = nil) -> String? {
        do throws(KubeconfigProblem) {
            _ = try read(text).configuration(of: context)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `A context says server, trust, credential and Namespace`() throws {
        let cluster = "server: https://api.example.org:6443/k8s/\ncertificate-authority-data: Y2VydA=="
        let configuration = try read(Self.text(cluster: cluster)).configuration()
        #expect(configuration.server == ServerAddress(host: "api.example.org", port: 6443, pathPrefix: "/k8s"))
        #expect(configuration.serverName == .host("api.example.org"))
        #expect(configuration.trust == .authorities(.data(Array("cert".utf8))))
        #expect(configuration.credential == .token(Secret("abc")))
        #expect(configuration.namespace == "shop")
        #expect(configuration.origin == "context dev of /home/me/.kube/config")
    }

    @Test func `JSON is read like YAML, and unknown fields are ignored`() throws {
        let text = """
            {"current-context":"dev","preferences":{"colors":true},"x":1,"clusters":[{"name":"one","cluster":{"server":"https://a","y":[]}}],
             "contexts":[{"name":"dev","context":{"cluster":"one"}}]}
            """
        let configuration = try read(text).configuration()
        #expect(configuration.server == ServerAddress(host: "a", port: 443))
        #expect(configuration.trust == .systemAuthorities)
        #expect(configuration.credential == .none)
        #expect(configuration.namespace == "default")
    }

    @Test func `tls-server-name is the name that is verified`() throws {
        let text = Self.text(cluster: "server: https://10.0.0.1\ntls-server-name: kubernetes.default.svc")
        #expect(try read(text).configuration().serverName == .host("kubernetes.default.svc"))
        #expect(try read(Self.text(cluster: "server: https://[fd00::1]:6443")).configuration().serverName == .address("fd00::1"))
    }

    @Test func `insecure-skip-tls-verify trusts everything`() throws {
        let text = Self.text(cluster: "server: https://a\ninsecure-skip-tls-verify: true")
        #expect(try read(text).configuration().trust == .everything)
    }

    @Test func `Relative paths belong to the directory of their file`() throws {
        let cluster = "server: https://a\ncertificate-authority: pki/ca.crt"
        let user = "client-certificate: me.crt\nclient-key: /etc/me.key\ntokenFile: ../token"
        let configuration = try read(Self.text(cluster: cluster, user: user), "/home/me/.kube/config").configuration()
        #expect(configuration.trust == .authorities(.file("/home/me/.kube/pki/ca.crt")))
        #expect(
            configuration.clientCertificate
                == ClusterConfiguration.ClientCertificate(certificate: .file("/home/me/.kube/me.crt"), key: .file("/etc/me.key"))
        )
        #expect(configuration.credential == .tokenFile("/home/me/.kube/../token", initial: nil))
        // A file in the current directory.
        #expect(try read(Self.text(cluster: cluster), "config").configuration().trust == .authorities(.file("pki/ca.crt")))
    }

    @Test func `A token file wins, and the token is its start value`() throws {
        let configuration = try read(Self.text(user: "token: abc\ntokenFile: /t")).configuration()
        #expect(configuration.credential == .tokenFile("/t", initial: Secret("abc")))
    }

    @Test(arguments: [("http://a", nil, 80), ("https://a", "abc", 443), ("a:6443", nil, 6443)] as [(String, String?, Int)])
    func `Credentials are only sent with TLS`(server: String, token: String?, port: Int) throws {
        let configuration = try read(Self.text(cluster: "server: \(server)")).configuration()
        #expect(configuration.credential == token.map { .token(Secret($0)) } ?? .none)
        #expect(configuration.server.port == port)
    }

    @Test func `An address without a scheme means TLS if there is anything of TLS`() throws {
        let text = Self.text(cluster: "server: a:6443\ninsecure-skip-tls-verify: true")
        #expect(try read(text).configuration().server.isSecure)
        #expect(try !read(Self.text(cluster: "server: a:6443")).configuration().server.isSecure)
    }

    @Test(arguments: [
        ("server: https://a\nproxy-url: http://p", "8:16: proxy-url is not supported; Podscore connects to the server directly"),
        ("server: \"\"", #"5:9: cluster "one" has no server"#),
        ("server: ftp://a", #"7:13: server "ftp://a": unknown scheme ftp; use https://"#),
        (
            "server: https://me:pw@a",
            #"7:13: server "https://…": a user in the address is not supported; use a token, a client certificate or an exec plugin"#
        ),
        ("server: https://a:0", #"7:13: server "https://a:0": invalid port 0"#),
        ("server: https://a?x", #"7:13: server "https://a?x": ? and # are not allowed"#),
        ("server: https://fd00::1", #"7:13: server "https://fd00::1": invalid host fd00::1; put brackets around an IPv6 address"#),
        ("server: 1", "7:13: clusters.cluster.server must be a string; put it in quotes"),
        ("server: https://a\ncertificate-authority-data: '*'", "8:33: certificate-authority-data is not base64"),
        (
            "server: https://a\ninsecure-skip-tls-verify: yes please",
            "8:31: clusters.cluster.insecure-skip-tls-verify must be true or false"
        ),
        (
            "server: https://a\ninsecure-skip-tls-verify: true\ncertificate-authority: x",
            "8:31: insecure-skip-tls-verify and certificate-authority exclude each other; remove one of them"
        ),
        (
            "server: https://a\ncertificate-authority-data: YQ==\ncertificate-authority: x",
            "8:33: certificate-authority-data and certificate-authority exclude each other; remove one of them"
        ),
        ("server: https://a\ntls-server-name: a b", #"8:22: "a b" can't be the name of a server's certificate; set tls-server-name"#),
    ])
    func `A problem of the cluster is named with its place`(cluster: String, what: String) {
        #expect(problem(Self.text(cluster: cluster)) == "/home/me/.kube/config:\(what)")
    }

    @Test(arguments: [
        ("username: me\npassword: pw", "11:15: username is not supported; API servers have no basic authentication since Kubernetes 1.19"),
        ("auth-provider: {name: gcp}", "11:20: auth-provider is not supported; use an exec plugin or a token"),
        ("token: a\nas: root", "12:9: as is not supported; use an account of your own"),
        ("token: a\nas-groups: [x]", "12:16: as-groups is not supported; use an account of your own"),
        ("token: 12345", "11:12: users.user.token must be a string; put it in quotes"),
        ("client-certificate: x", "11:25: client-certificate needs client-key as well"),
        ("client-key-data: YQ==", "11:22: client-key needs client-certificate as well"),
        (
            "client-certificate: x\nclient-certificate-data: YQ==\nclient-key: k",
            "12:30: client-certificate-data and client-certificate exclude each other; remove one of them"
        ),
        ("exec: {}", "11:11: exec needs command"),
        ("exec: {command: x}", "11:11: exec needs apiVersion"),
        ("exec: {command: x, apiVersion: client.authentication.k8s.io/v1}", "11:11: exec needs interactiveMode"),
        (
            "exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}",
            #"11:36: exec.apiVersion "client.authentication.k8s.io/v1alpha1" is unknown; "#
                + "use client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1"
        ),
        (
            "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Maybe}",
            #"11:86: exec.interactiveMode "Maybe" is unknown; use Never or IfAvailable or Always"#
        ),
        ("exec: {command: x, args: [1]}", "11:31: exec.args must be a list of strings; put each in quotes"),
        ("exec: {command: x, env: [{value: v}]}", "11:30: an entry of exec.env has no name"),
    ])
    func `A problem of the user is named with its place`(user: String, what: String) {
        #expect(problem(Self.text(user: user)) == "/home/me/.kube/config:\(what)")
    }

    @Test(arguments: ["username: ''", "as-groups: []", "auth-provider: null", "as-user-extra: {}"])
    func `An empty field is as good as none`(user: String) {
        #expect(problem(Self.text(user: user)) == nil)
    }

    @Test func `Only the chosen context has to be good`() throws {
        let text = """
            current-context: bad
            clusters: [{name: one, cluster: {server: "https://a"}}]
            contexts:
            - {name: bad, context: {cluster: two}}
            - {name: lost, context: {cluster: one, user: nobody}}
            - {name: good, context: {cluster: one}}
            """
        #expect(try read(text).configuration(of: "good").server.host == "a")
        #expect(problem(text) == #"/home/me/.kube/config:4:34: context "bad" names the cluster "two", which does not exist"#)
        #expect(
            problem(text, context: "lost") == #"/home/me/.kube/config:5:46: context "lost" names the user "nobody", which does not exist"#
        )
        #expect(problem(text, context: "x") == #"kubeconfig: there is no context "x"; contexts: bad, lost, good"#)
    }

    @Test func `A context has to be chosen`() {
        let text = "contexts: [{name: a, context: {cluster: one}}]"
        #expect(problem(text) == "kubeconfig: no context is chosen; set current-context or give --context; contexts: a")
        #expect(problem("current-context: b") == #"/home/me/.kube/config:1:18: there is no context "b"; the kubeconfig has no context"#)
    }

    @Test(arguments: [
        ("clusters: [{name: a}, {name: a}]", #"1:30: clusters has two entries with the name "a""#),
        ("users: [{user: {}}]", "1:9: an entry of users has no name"),
        ("clusters: {}", "1:11: clusters must be a list"),
        ("clusters: [1]", "1:12: clusters must be a mapping"),
        ("[]", "1:1: a kubeconfig must be a mapping"),
        ("kind: Deployment", "1:7: this is a Deployment, not a kubeconfig (kind: Config, apiVersion: v1)"),
        ("apiVersion: v2", "1:13: this is a v2, not a kubeconfig (kind: Config, apiVersion: v1)"),
        ("a: 1\na: 2", #"2:1: duplicate key "a", first on line 1"#),
    ])
    func `A file that is no kubeconfig is refused with the place`(text: String, what: String) {
        #expect(problem(text) == "/home/me/.kube/config:\(what)")
    }

    @Test(arguments: ["", "# nothing\n", "{}", "null"])
    func `An empty file has no entries`(text: String) throws {
        #expect(try read(text).isEmpty)
    }
}
