namespace TorchSharp.Modules;

public partial class SGD
{
    /// <summary>What the optimizer remembers of a parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>The direction of the last step; null before the first one, and without momentum.</summary>
        public torch.Tensor? momentum_buffer;

        /// <summary>The state of a parameter before its first step.</summary>
        public State(Parameter parameter) : base(parameter)
        {
        }

        /// <summary>Nothing: the first direction is the first gradient, so there is none before.</summary>
        public override void Initialize(OptimizerOptions options)
        {
        }

        /// <inheritdoc/>
        public override void SaveStateDict(BinaryWriter writer) => SaveConditionalStateTensor(writer, momentum_buffer);

        /// <inheritdoc/>
        public override void LoadStateDict(BinaryReader reader) =>
            LoadConditionalStateTensor(reader, ref momentum_buffer, _parameter.device);

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerState source) =>
            Copy(ref momentum_buffer, ((State)source).momentum_buffer, _parameter.device);

        /// <inheritdoc/>
        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State state && AreClose(momentum_buffer, state.momentum_buffer);

        /// <inheritdoc/>
        public override void to(torch.Device device) => MoveTo(ref momentum_buffer, device);

        /// <summary>Frees the tensor.</summary>
        public void Dispose() => momentum_buffer?.Dispose();
    }
}
