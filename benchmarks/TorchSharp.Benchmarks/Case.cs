/// <summary>Something that both sides do: what it is, what the peer is asked for, and a round of it here.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Description">What one operation is, with its sizes.</param>
/// <param name="Operations">Operations in a round.</param>
/// <param name="Request">What the peer is asked for.</param>
/// <param name="Round">Does a round here.</param>
/// <param name="Goal">The greatest ratio, ours to PyTorch's, that is good enough.</param>
internal sealed record Case(string Name, string Description, int Operations, string Request, Action Round, double Goal);
