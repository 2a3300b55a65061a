namespace TorchSharp.Modules;

public partial class SGD
{
    /// <summary>The options of a group; those left null are the optimizer's.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>The part of the last step's direction that is kept.</summary>
        public double? momentum;

        /// <summary>The part of a gradient that is left out of the momentum.</summary>
        public double? dampening;

        /// <summary>How much of the parameters is added to their gradients.</summary>
        public double? weight_decay;

        /// <summary>Whether to look ahead along the momentum.</summary>
        public bool? nesterov;

        /// <summary>Whether to climb instead of descend.</summary>
        public bool? maximize;

        /// <inheritdoc/>
        public override void SaveStateDict(BinaryWriter writer)
        {
            base.SaveStateDict(writer);
            foreach (double? value in new[] { momentum, dampening, weight_decay })
                writer.Write(value!.Value);
            writer.Write(nesterov!.Value);
            writer.Write(maximize!.Value);
        }

        /// <inheritdoc/>
        public override void LoadStateDict(BinaryReader reader)
        {
            base.LoadStateDict(reader);
            momentum = reader.ReadDouble();
            dampening = reader.ReadDouble();
            weight_decay = reader.ReadDouble();
            nesterov = reader.ReadBoolean();
            maximize = reader.ReadBoolean();
        }

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var options = (Options)source;
            (momentum, dampening, weight_decay) = (options.momentum, options.dampening, options.weight_decay);
            (nesterov, maximize) = (options.nesterov, options.maximize);
        }
    }
}
