/** Buttons. A button with only an icon must be named. */
import type { ButtonHTMLAttributes, ReactNode } from "react";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly kind?: "primary" | "plain" | "quiet" | "danger";
};

export function Button({ kind = "plain", className = "", type = "button", ...rest }: ButtonProps): ReactNode {
  return <button {...rest} type={type} data-kind={kind} className={`ui-button ${className}`} />;
}

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "aria-label" | "title"> & {
  readonly label: string;
  /** Shown after the name when one hovers. */
  readonly keys?: string | undefined;
  readonly pressed?: boolean | undefined;
};

export function IconButton({
  label,
  keys,
  pressed,
  className = "",
  type = "button",
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      aria-pressed={pressed}
      title={keys === undefined ? label : `${label} (${keys})`}
      className={`ui-icon-button ${className}`}
    />
  );
}
