/** What a control plane is made of, and what speaks to it. */
export const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"] as const;
export type Program = typeof PROGRAMS[number];
