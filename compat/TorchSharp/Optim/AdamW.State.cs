namespace TorchSharp.Modules;

public partial class AdamW
{
    /// <summary>What the optimizer remembers of a parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>How many steps the parameter has made.</summary>
        public long step;

        /// <summary>The mean of the gradients, older ones decayed.</summary>
        public torch.Tensor? exp_avg;

        /// <summary>The mean of the squared gradients, older ones decayed.</summary>
        public torch.Tensor? exp_avg_sq;

        /// <summary>The largest <see cref="exp_avg_sq"/> so far, with amsgrad.</summary>
        public torch.Tensor? max_exp_avg_sq;

        /// <summary>The state of a parameter before its first step.</summary>
        public State(Parameter parameter) : base(parameter)
        {
        }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions options)
        {
            MakeZeros(ref exp_avg);
            MakeZeros(ref exp_avg_sq);
            if (((Options)options).amsgrad == true)
                MakeZeros(ref max_exp_avg_sq);
        }

        /// <inheritdoc/>
        public override void SaveStateDict(BinaryWriter writer)
        {
            writer.Write(step);
            SaveConditionalStateTensor(writer, exp_avg);
            SaveConditionalStateTensor(writer, exp_avg_sq);
            SaveConditionalStateTensor(writer, max_exp_avg_sq);
        }

        /// <inheritdoc/>
        public override void LoadStateDict(BinaryReader reader)
        {
            step = reader.ReadInt64();
            LoadConditionalStateTensor(reader, ref exp_avg, _parameter.device);
            LoadConditionalStateTensor(reader, ref exp_avg_sq, _parameter.device);
            LoadConditionalStateTensor(reader, ref max_exp_avg_sq, _parameter.device);
        }

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerState source)
        {
            var state = (State)source;
            step = state.step;
            Copy(ref exp_avg, state.exp_avg, _parameter.device);
            Copy(ref exp_avg_sq, state.exp_avg_sq, _parameter.device);
            Copy(ref max_exp_avg_sq, state.max_exp_avg_sq, _parameter.device);
        }

        /// <inheritdoc/>
        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State state && step == state.step && AreClose(exp_avg, state.exp_avg)
            && AreClose(exp_avg_sq, state.exp_avg_sq) && AreClose(max_exp_avg_sq, state.max_exp_avg_sq);

        /// <inheritdoc/>
        public override void to(torch.Device device)
        {
            MoveTo(ref exp_avg, device);
            MoveTo(ref exp_avg_sq, device);
            MoveTo(ref max_exp_avg_sq, device);
        }

        /// <summary>Frees the tensors.</summary>
        public void Dispose()
        {
            exp_avg?.Dispose();
            exp_avg_sq?.Dispose();
            max_exp_avg_sq?.Dispose();
        }
    }
}
