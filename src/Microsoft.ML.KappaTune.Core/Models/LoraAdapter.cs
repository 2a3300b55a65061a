using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>What a low-rank adapter adds to the output of a <see cref="Projection"/>: [..., inputs] to [..., outputs].</summary>
internal abstract class LoraAdapter(string name) : nn.Module<Tensor, Tensor>(name);
