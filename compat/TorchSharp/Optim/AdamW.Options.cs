namespace TorchSharp.Modules;

public partial class AdamW
{
    /// <summary>The options of a group; those left null are the optimizer's.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>Decay of the mean of gradients.</summary>
        public double? beta1;

        /// <summary>Decay of the mean of squared gradients.</summary>
        public double? beta2;

        /// <summary>Added to the denominator.</summary>
        public double? eps;

        /// <summary>The part, times the learning rate, by which parameters shrink each step.</summary>
        public double? weight_decay;

        /// <summary>Whether the largest mean of squares so far is used.</summary>
        public bool? amsgrad;

        /// <summary>Whether to climb instead of descend.</summary>
        public bool? maximize;

        /// <inheritdoc/>
        public override void SaveStateDict(BinaryWriter writer)
        {
            base.SaveStateDict(writer);
            foreach (double? value in new[] { beta1, beta2, eps, weight_decay })
                writer.Write(value!.Value);
            writer.Write(amsgrad!.Value);
            writer.Write(maximize!.Value);
        }

        /// <inheritdoc/>
        public override void LoadStateDict(BinaryReader reader)
        {
            base.LoadStateDict(reader);
            beta1 = reader.ReadDouble();
            beta2 = reader.ReadDouble();
            eps = reader.ReadDouble();
            weight_decay = reader.ReadDouble();
            amsgrad = reader.ReadBoolean();
            maximize = reader.ReadBoolean();
        }

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var options = (Options)source;
            (beta1, beta2, eps, weight_decay) = (options.beta1, options.beta2, options.eps, options.weight_decay);
            (amsgrad, maximize) = (options.amsgrad, options.maximize);
        }
    }
}
