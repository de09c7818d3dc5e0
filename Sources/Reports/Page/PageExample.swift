/// A manifest that a visitor of the page can have scored without one at hand.
package enum PageExample: String, CaseIterable, Sendable {
    /// A web server as many write it.
    case web
    /// An agent with the rights of root on each node.
    case agent
    /// A job with all settings.
    case hardened

    /// The example in a link, such as `a web server`.
    var title: String {
        switch self {
        case .web: "a plain web server"
        case .agent: "an agent on each node"
        case .hardened: "a hardened job"
        }
    }

    /// The manifest.
    package var text: String {
        switch self {
        case .web: Self.webText
        case .agent: Self.agentText
        case .hardened: Self.hardenedText
        }
    }

    private static let webText = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
        spec:
          replicas: 2
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
                - name: web
                  image: registry.example/shop/web:1.4.2
                  ports:
                    - containerPort: 8080
                  resources:
                    requests: {cpu: 100m, memory: 128Mi}
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: web
          namespace: shop
        spec:
          selector: {app: web}
          ports:
            - port: 80
              targetPort: 8080

        """

    private static let agentText = """
        # Reads the logs of all containers.
        apiVersion: apps/v1
        kind: DaemonSet
        metadata:
          name: log-agent
          namespace: observability
        spec:
          selector:
            matchLabels: {app: log-agent}
          template:
            metadata:
              labels: {app: log-agent}
            spec:
              hostPID: true
              hostNetwork: true
              containers:
                - name: agent
                  image: registry.example/log-agent:2.9
                  securityContext:
                    privileged: true
                  volumeMounts:
                    - name: host
                      mountPath: /host
              volumes:
                - name: host
                  hostPath: {path: /}

        """

    private static let hardenedText = """
        apiVersion: batch/v1
        kind: CronJob
        metadata:
          name: report
          namespace: billing
        spec:
          schedule: "0 3 * * *"
          jobTemplate:
            spec:
              template:
                spec:
                  restartPolicy: Never
                  serviceAccountName: report
                  automountServiceAccountToken: false
                  hostUsers: false
                  securityContext:
                    runAsNonRoot: true
                    runAsUser: 10001
                    runAsGroup: 10001
                    seccompProfile: {type: RuntimeDefault}
                    appArmorProfile: {type: RuntimeDefault}
                  containers:
                    - name: report
                      image: registry.example/billing/report@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                      securityContext:
                        allowPrivilegeEscalation: false
                        readOnlyRootFilesystem: true
                        capabilities: {drop: [ALL]}
                      resources:
                        requests: {cpu: 100m, memory: 128Mi}
                        limits: {cpu: 500m, memory: 128Mi}

        """
}
